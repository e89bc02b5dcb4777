"""A small course as files, complete and right, for tests to change."""

import yaml

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8H0z"/><!-- {} --></svg>'

LESSON = {
    "es": """---
title: Escuchar
slug: escuchar
summary: Antes de responder.
minutes: 15
---
Escuchar **primero**.

:::callout tip | Un consejo
Preguntar lo que no se entendió.
:::

:::image diagram.svg
alt: Dos personas en un mesón.
caption: Quien atiende escucha.
:::

:::terms
**Escucha**: atender a lo que otra persona dice.
:::
""",
    "en": """---
title: Listening
slug: listening
summary: Before you answer.
minutes: 15
---
Listen **first**.

:::callout tip | A piece of advice
Ask what you did not understand.
:::

:::image diagram.svg
alt: Two people at a counter.
caption: Who serves listens.
:::

:::terms
**Listening**: to attend to what another person says.
:::
""",
}


def both(text):
    return {"es": text, "en": f"{text} (en)"}


def make_choice(identifier="q1", kind="single_choice", keys=(True, False)):
    options = [{"text": both(f"Opción {number}"), "correct": key, "feedback": both(f"Sobre {number}")}
               for number, key in enumerate(keys)]
    return {"id": identifier, "kind": kind, "stem": both("¿Qué hacer?"), "options": options,
            "feedback": both("Recuerde")}


def make_statement(identifier="q2"):
    return {"id": identifier, "kind": "true_false", "stem": both("Es así."), "answer": True,
            "when_true": both("Sí"), "when_false": both("No"), "feedback": both("Recuerde")}


class CourseFolder:
    """``course``, ``module``, ``quiz`` and ``final``: values of the YAML files. ``texts``: of all others."""

    def __init__(self, folder):
        self.folder = folder
        self.course = {
            "code": "prueba", "title": both("Curso"), "slug": {"es": "curso", "en": "course"},
            "summary": both("Una frase."), "description": both("Un *párrafo*."), "audience": both("Todos"),
            "outcomes": [both("Escuchar")], "hours": 12.5, "hours_kind": "chronological", "level": "introductory",
            "modality": "online", "cover": "cover.svg", "modules": ["module-1"],
            "final": {"files": ["final.yaml"], "draw": 2, "title": both("Prueba final"),
                      "slug": {"es": "final", "en": "final-test"}, "introduction": both("Al final."),
                      "pass_mark": 70, "attempts": 2, "time_limit": 30},
        }
        self.module = {
            "title": both("Módulo"), "slug": {"es": "modulo", "en": "module"}, "summary": both("Una frase."),
            "lessons": ["listening"],
            "quiz": {"file": "quiz.yaml", "title": both("Prueba"), "slug": {"es": "prueba", "en": "test"},
                     "introduction": both("Dos preguntas.")},
        }
        self.quiz = [make_choice(), make_statement()]
        self.final = [make_choice("f1", "multiple_choice", (True, True, False)), make_statement("f2"),
                      make_choice("f3")]
        self.texts = {"cover.svg": PICTURE.format("cover"),
                      **{f"module-1/diagram.{code}.svg": PICTURE.format(code) for code in LESSON},
                      **{f"module-1/listening.{code}.md": text for code, text in LESSON.items()}}

    def write(self):
        """The folder, with the files as they are said now. A text that is None is left out."""
        values = {"course.yaml": self.course, "module-1/module.yaml": self.module, "module-1/quiz.yaml": self.quiz,
                  "final.yaml": self.final}
        texts = {name: yaml.safe_dump(value, allow_unicode=True) for name, value in values.items()} | self.texts
        for name, text in texts.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self.folder
