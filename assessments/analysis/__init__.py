"""Item analysis: how questions and tests work, from the answers of many. ``sums``, ``items``, ``reliability`` and
``dif`` are pure statistics; ``reading`` gets the sums from the database; ``report`` puts both together. What each
figure means is in docs/item-analysis.md."""
