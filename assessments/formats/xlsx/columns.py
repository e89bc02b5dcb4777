"""The columns of the sheet of questions, and the words in them, in the languages in which people read them."""

import unicodedata
from dataclasses import dataclass

LANGUAGES = ("es", "en")
MOST_ANSWERS = 30
LANGUAGE_NAMES = {"es": {"es": "español", "en": "inglés"}, "en": {"es": "Spanish", "en": "English"}}
SHEETS = {
    "questions": {"es": "Preguntas", "en": "Questions"},
    "help": {"es": "Cómo se llena", "en": "How to fill it in"},
    "examples": {"es": "Ejemplos", "en": "Examples"},
    "lists": {"es": "Listas", "en": "Lists"},
}

KINDS = {
    "single_choice": {"es": "una sola respuesta", "en": "single choice"},
    "multiple_choice": {"es": "varias respuestas", "en": "multiple choice"},
    "true_false": {"es": "verdadero o falso", "en": "true or false"},
    "matching": {"es": "emparejar", "en": "matching"},
    "ordering": {"es": "ordenar", "en": "ordering"},
    "gap_fill": {"es": "texto con espacios", "en": "text with gaps"},
    "numeric": {"es": "número", "en": "number"},
    "short_text": {"es": "texto breve", "en": "short text"},
    "long_text": {"es": "texto largo", "en": "long text"},
}
PENALTIES = {
    "none": {"es": "sin penalización", "en": "no penalty"},
    "chance": {"es": "penalización del azar", "en": "penalty of guessing"},
    "half": {"es": "penalización de la mitad", "en": "penalty of a half"},
    "whole": {"es": "penalización completa", "en": "penalty of everything"},
}
WEIGHTS = {"weights": {"es": "porcentajes", "en": "percentages"}}
SCORINGS = {
    "single_choice": PENALTIES | WEIGHTS,
    "true_false": PENALTIES,
    "multiple_choice": {
        "balanced": {"es": "aciertos menos errores", "en": "right minus wrong"},
        "right_only": {"es": "solo aciertos", "en": "right ones only"},
        "all_or_nothing": {"es": "todo o nada", "en": "all or nothing"},
        "negative": {"es": "aciertos menos errores, y puede restar", "en": "right minus wrong, and it may cost points"},
        **WEIGHTS,
        "weights_negative": {"es": "porcentajes, y puede restar", "en": "percentages, and it may cost points"},
    },
    "ordering": {
        "positions": {"es": "por lugares", "en": "by places"},
        "adjacent": {"es": "por vecinos", "en": "by neighbours"},
        "exact": {"es": "orden exacto", "en": "exact order"},
    },
}
DIFFICULTIES = {"easy": {"es": "fácil", "en": "easy"}, "medium": {"es": "media", "en": "medium"},
                "hard": {"es": "difícil", "en": "hard"}}
TRUTH = {"yes": {"es": "sí", "en": "yes"}, "no": {"es": "no", "en": "no"}}
MATCHES = {"exact": {"es": "exacta", "en": "exact"}, "contains": {"es": "contiene", "en": "contains"},
           "wildcard": {"es": "con *", "en": "with *"}}
CARE = {"case": {"es": "mayúsculas", "en": "capitals"}, "accents": {"es": "tildes", "en": "accents"},
        "no_accents": {"es": "sin tildes", "en": "no accents"}}
STATEMENTS = {"true": {"es": "Verdadero", "en": "True"}, "false": {"es": "Falso", "en": "False"}}
RIGHT = "x"


@dataclass(frozen=True)
class Column:
    """``key``: "kind", "stem_es", "text3_en"; ``words``: {word: {language: text}} of those that it may have."""

    key: str
    headings: dict
    width: int = 12
    words: dict | None = None


def name_column(key, spanish, english, width=12, words=None):
    return Column(key, {"es": spanish, "en": english}, width, words)


def name_texts(key, spanish, english, width=40):
    """A column for each language of the texts."""
    return [name_column(f"{key}_{code}", f"{spanish} ({LANGUAGE_NAMES['es'][code]})",
                        f"{english} ({LANGUAGE_NAMES['en'][code]})", width) for code in LANGUAGES]


EVERY_SCORING = {word: texts for words in SCORINGS.values() for word, texts in words.items()}
COMMON = [
    name_column("id", "Código", "Code"),
    name_column("kind", "Tipo", "Type", 20, KINDS),
    name_column("category", "Categoría", "Category", 24),
    name_column("name", "Nombre", "Name", 20),
    name_column("tags", "Etiquetas", "Tags", 16),
    name_column("difficulty", "Dificultad", "Difficulty", 12, DIFFICULTIES),
    name_column("points", "Puntos", "Points", 9),
    name_column("scoring", "Puntuación", "Scoring", 24, EVERY_SCORING),
    *name_texts("stem", "Pregunta", "Question", 50),
    *name_texts("gaps", "Texto con espacios", "Text with gaps"),
]
LATER = [
    *name_texts("feedback", "Retroalimentación general", "General feedback"),
    *name_texts("otherwise", "Retroalimentación a otro número", "Feedback to another number", 24),
    name_column("case", "Importan las mayúsculas", "Capitals matter", 14, TRUTH),
    name_column("accents", "Importan las tildes", "Accents matter", 14, TRUTH),
    name_column("units", "Unidades", "Units", 20),
    name_column("unit_needed", "Se exige la unidad", "Unit is needed", 14, TRUTH),
    name_column("unit_loss", "Porcentaje que cuesta la unidad", "Percentage lost for the unit", 14),
    name_column("minimum", "Palabras, al menos", "Words at least", 12),
    name_column("maximum", "Palabras, a lo más", "Words at most", 12),
    *name_texts("guide", "Pauta de corrección", "Guide for marking", 24),
    *name_texts("template", "Comienzo de la respuesta", "Beginning of the answer", 24),
]


def get_answer_columns(number):
    return [
        *name_texts(f"text{number}", f"Respuesta {number}", f"Answer {number}", 28),
        name_column(f"right{number}", f"Correcta {number}", f"Right {number}", 11),
        *name_texts(f"match{number}", f"Pareja {number}", f"Match {number}", 20),
        name_column(f"compare{number}", f"Comparación {number}", f"Comparison {number}", 14),
        *name_texts(f"feedback{number}", f"Retroalimentación {number}", f"Feedback {number}", 28),
    ]


def get_columns(answers):
    """All of them, for questions with as many answers."""
    return [*COMMON, *(column for number in range(1, answers + 1) for column in get_answer_columns(number)), *LATER]


def simplify(text):
    """For a comparison: without accents, capitals and superfluous white space."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).split())


KEYS = {simplify(name): column.key for column in get_columns(MOST_ANSWERS)
        for name in (column.key, *column.headings.values())}


def find_word(written, words):
    """The word of ``words`` that was written in one of the languages, or None."""
    written = simplify(written)
    return next((word for word, texts in words.items()
                 if written in {simplify(word), *map(simplify, texts.values())}), None)
