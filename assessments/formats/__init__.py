"""Files of questions in the formats of other systems: readers and writers of the records in ``model``. Pure: no Django,
no database, no network; each takes time and memory in proportion to the file, whatever is in it.

A reader is ``read(text)``, a text as ``decoding.decode`` gives it, and returns a ReadResult; a writer is
``write(questions)`` and returns a Written. Both refuse question by question what cannot be kept exactly, and only a
file that is no such file at all ends in decoding.FileUnreadable."""
