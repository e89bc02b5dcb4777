import pytest

from courses.importing.lessons import LessonProblem, describe_shape, parse_lesson, to_html

HEAD = "---\ntitle: Escuchar\nslug: escuchar\nsummary: Una frase.\nminutes: 20\n---\n"  # six lines


def parse(body):
    return parse_lesson(HEAD + body).blocks


def parse_one(body):
    (block,) = parse(body)
    return block.kind, block.value


def test_lesson_reads_its_facts_and_blocks_with_their_lines():
    lesson = parse_lesson(HEAD + "\nHola.\n\n:::callout tip | Ojo\nAlgo.\n:::\n\nAdiós.\n")
    assert (lesson.title, lesson.slug, lesson.summary, lesson.minutes) == ("Escuchar", "escuchar", "Una frase.", 20)
    assert [(block.kind, block.line) for block in lesson.blocks] == [("text", 8), ("callout", 10), ("text", 14)]


def test_lesson_with_the_line_ends_of_windows_is_the_same():
    text = HEAD + "Hola.\n\n:::callout tip | Ojo\nAlgo.\n:::\n"
    assert parse_lesson(text.replace("\n", "\r\n")) == parse_lesson(text)


@pytest.mark.parametrize(("markdown", "html"), [
    ("Hola **mundo** *ya*.", "<p>Hola <b>mundo</b> <i>ya</i>.</p>"),
    ("## Uno\n\n### Dos", "<h2>Uno</h2><h3>Dos</h3>"),
    ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
    ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
    ("Una línea\ny otra.", "<p>Una línea y otra.</p>"),
    ("[ley](https://bcn.cl/2)", '<p><a href="https://bcn.cl/2">ley</a></p>'),
    ("**a** [b](https://x.cl) *c*", '<p><b>a</b> <a href="https://x.cl">b</a> <i>c</i></p>'),
    ("**a**\n\n- *b*\n\n- c\n\n## **d**",
     "<p><b>a</b></p><ul><li><p><i>b</i></p></li><li><p>c</p></li></ul><h2><b>d</b></h2>"),
    ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>"),
    ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
    ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
])
def test_to_html_writes_what_wagtail_keeps(markdown, html):
    assert to_html(markdown) == html


@pytest.mark.parametrize(("body", "value"), [
    (":::callout warning | Ojo\nAlgo.\n:::", ("callout", {"kind": "warning", "title": "Ojo", "text": "<p>Algo.</p>"})),
    (":::law | Ley\nvalid_from: 2022-02-12\nreview_by: 2027-06-30\nsource: Ley 21.325, art. 43\n\nDice.\n:::",
     ("law", {"title": "Ley", "valid_from": "2022-02-12", "review_by": "2027-06-30",
              "source": "Ley 21.325, art. 43", "text": "<p>Dice.</p>"})),
    (":::case | Caso\nLlega Ana.\n\n? ¿Qué haría?\n? ¿Por qué?\n:::",
     ("case", {"title": "Caso", "story": "<p>Llega Ana.</p>", "questions": ["¿Qué haría?", "¿Por qué?"]})),
    (":::accordion\n# Uno\nPrimero.\n\n# Dos\nSegundo.\n:::",
     ("accordion", {"sections": [{"heading": "Uno", "text": "<p>Primero.</p>"},
                                 {"heading": "Dos", "text": "<p>Segundo.</p>"}]})),
    (":::terms\n**Refugio**: protección\nde un Estado.\n\n**Asilo**: lo mismo.\n:::",
     ("key_terms", {"terms": [{"term": "Refugio", "definition": "protección de un Estado."},
                              {"term": "Asilo", "definition": "lo mismo."}]})),
    (":::image a.svg\nalt: Un mapa.\ncaption: El mapa.\n:::",
     ("figure", {"image": "a.svg", "alt": "Un mapa.", "caption": "El mapa."})),
    (":::video a.webm\ntitle: Pasos\ncaptions: a.vtt\n\nLo que se dice.\n:::",
     ("video", {"file": "a.webm", "title": "Pasos", "captions": "a.vtt", "transcript": "<p>Lo que se dice.</p>"})),
    (":::download a.pdf\ntitle: Lista\ndescription: Para el mesón.\n:::",
     ("download", {"file": "a.pdf", "title": "Lista", "description": "Para el mesón."})),
])
def test_block_is_read(body, value):
    assert parse_one(body) == value


@pytest.mark.parametrize(("text", "line", "words"), [
    ("", 1, "between two"),
    ("title: x\n", 1, "between two"),
    ("---\ntitle: x\n", 1, "between two"),
    ("---\ntitle: [\n---\n", 2, "cannot be read"),
    ("---\n- a\n---\n", 2, "title"),
    (HEAD.replace("slug: escuchar", "slug:"), 2, "slug"),
    (HEAD.replace("minutes: 20", "minutes: mucho"), 2, "minutes"),
    (HEAD + "Hola.\n\n# Título\n", 9, "level 2"),
    (HEAD + "Hola.\n\n#### Título\n", 9, "level 2"),
    (HEAD + "Hola.\n\n> Una cita\n", 9, "blockquote"),
    (HEAD + "Hola.\n\n---\n", 9, "hr"),
    (HEAD + "```\ncódigo\n```\n", 7, "fence"),
    (HEAD + "Una ![imagen](a.png)\n", 7, "image"),
    (HEAD + "Un `código`\n", 7, "code_inline"),
    (HEAD + "Hola.\n\n:::tabla\n:::\n", 9, "does not begin a block"),
    (HEAD + "::: callout\n:::\n", 7, "does not begin a block"),
    (HEAD + ":::callout tip | Ojo\nAlgo.\n", 7, "not closed"),
    (HEAD + "\n:::callout nada | Ojo\nAlgo.\n:::\n", 8, "remember, tip, warning"),
    (HEAD + ":::callout tip\nAlgo.\n:::\n", 7, "title"),
    (HEAD + ":::callout tip | Ojo\n\n:::\n", 8, "no text"),
    (HEAD + ":::callout tip | Ojo\nAlgo.\n\n# Mal\n:::\n", 10, "level 2"),
    (HEAD + ":::law | Ley\nvalid_from: 2022-02-12\nsource: x\n\nDice.\n:::\n", 10, "review_by"),
    (HEAD + ":::law | Ley\nvalid_from: ayer\nreview_by: 2027-06-30\nsource: x\n\nDice.\n:::\n", 11, "valid_from"),
    (HEAD + ":::case | Caso\nLlega Ana.\n:::\n", 8, "question mark"),
    (HEAD + ":::accordion\nTexto.\n:::\n", 8, "begin with «# »"),
    (HEAD + ":::accordion\n\n:::\n", 8, "no part"),
    (HEAD + ":::accordion\n# Uno\n\n# Dos\nB.\n:::\n", 9, "no text"),
    (HEAD + ":::terms\nRefugio: protección.\n:::\n", 8, "of the form"),
    (HEAD + ":::image\nalt: a\ncaption: b\n:::\n", 7, "file"),
    (HEAD + ":::image a.svg\ncaption: b\n:::\n", 9, "alt"),
    (HEAD + ":::video a.webm\ntitle: x\ncaptions: a.vtt\n:::\n", 10, "no text"),
    (HEAD + ":::download a.pdf\ntitle: x\n:::\n", 9, "description"),
])
def test_problem_names_its_line(text, line, words):
    with pytest.raises(LessonProblem) as problem:
        parse_lesson(text)
    assert words in problem.value.text
    assert problem.value.line == line


@pytest.mark.parametrize(("one", "other", "equal"), [
    ("Hola.", "Hello.", True), ("Hola.\n\nAdiós.", "Hello.", False), ("## Hola", "Hello.", False),
    ("- a\n- b", "- a", False), ("[a](https://x.cl)", "a", False),
    (":::callout tip | A\nB.\n:::", ":::callout tip | C\nD.\n:::", True),
    (":::callout tip | A\nB.\n:::", "B.", False),
    (":::terms\n**A**: b.\n:::", ":::terms\n**A**: b.\n\n**C**: d.\n:::", False),
    (":::case | A\nB.\n\n? C\n:::", ":::case | A\nB.\n\n? C\n? D\n:::", False),
    (":::image a.svg\nalt: a\ncaption: b\n:::", ":::image b.svg\nalt: c\ncaption: d\n:::", True),
])
def test_shape_is_what_two_languages_must_share(one, other, equal):
    assert (describe_shape(parse(one)[0]) == describe_shape(parse(other)[0])) is equal
