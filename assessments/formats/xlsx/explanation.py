"""What the workbook says of itself, in both languages, and an example of every kind."""

from decimal import Decimal

from assessments.formats.model import (
    ALL,
    NONE,
    Answer,
    Choice,
    Gap,
    GapFill,
    LongText,
    Matching,
    Number,
    Numeric,
    Option,
    Ordering,
    Pair,
    Question,
    ShortText,
    Text,
    TrueFalse,
    Unit,
)

# {language: (what, how)}; a line without «how» is a heading.
EXPLANATION = [
    {"es": ("Cómo se llena", ""), "en": ("How to fill it in", "")},
    {"es": ("Una fila es una pregunta", "Escriba sus preguntas en la hoja «Preguntas», una en cada fila, debajo de "
            "los títulos. No cambie los títulos; el orden de las columnas no importa, y puede borrar las que no use. "
            "La hoja «Ejemplos» tiene una pregunta de cada tipo y no se importa."),
     "en": ("One row is a question", "Write your questions in the sheet “Questions”, one in each row, below the "
            "headings. Do not change the headings; the order of the columns does not matter, and you may delete "
            "those that you do not use. The sheet “Examples” has a question of each type and is not imported.")},
    {"es": ("Los dos idiomas", "Cada texto tiene una columna en español y otra en inglés. Deje vacío lo que no esté "
            "traducido. Los números y lo que está bien son los mismos en los dos idiomas."),
     "en": ("Both languages", "Every text has a column in Spanish and one in English. Leave empty what is not "
            "translated. Numbers and what is right are the same in both languages.")},
    {"es": ("Celdas", "Use solo textos y números: ni fórmulas, ni fechas, ni celdas combinadas. Alt+Intro empieza "
            "otra línea dentro de una celda. Un texto que empieza con [html] o [markdown] está en ese formato."),
     "en": ("Cells", "Use texts and numbers only: no formulas, no dates, no merged cells. Alt+Enter begins another "
            "line in a cell. A text that begins with [html] or [markdown] is in that format.")},
    {"es": ("Lo que no se entiende", "Antes de guardar verá qué filas no se pueden importar, y por qué. Las demás se "
            "importan."),
     "en": ("What is not understood", "Before anything is saved you see which rows cannot be imported, and why. The "
            "others are imported.")},
    {"es": ("Columnas", ""), "en": ("Columns", "")},
    {"es": ("Código", "Opcional. Con el mismo código, la pregunta se reconoce cuando se importa otra vez."),
     "en": ("Code", "Optional. By the same code a question is recognised when it is imported again.")},
    {"es": ("Tipo", "Uno de la lista."),
     "en": ("Type", "One of the list.")},
    {"es": ("Categoría", "La ruta, con barras: Compras/Plazos. Una barra que es parte de un nombre se escribe dos "
            "veces."),
     "en": ("Category", "The path, with slashes: Purchases/Deadlines. A slash that is part of a name is written "
            "twice.")},
    {"es": ("Etiquetas", "Una en cada línea."),
     "en": ("Tags", "One on each line.")},
    {"es": ("Puntos", "Si está vacío, 1."),
     "en": ("Points", "1 when empty.")},
    {"es": ("Puntuación", "Cómo se cuentan los puntos; una de la lista, según el tipo. Puede quedar vacía."),
     "en": ("Scoring", "How points are counted; one of the list, by the type. It may stay empty.")},
    {"es": ("Respuesta 1, 2…", "Lo que son depende del tipo; vea abajo."),
     "en": ("Answer 1, 2…", "What they are depends on the type; see below.")},
    {"es": ("Retroalimentación 1, 2…", "Lo que lee, después del intento, quien dio esa respuesta."),
     "en": ("Feedback 1, 2…", "What whoever gave that answer reads after the attempt.")},
    {"es": ("Tipos", ""), "en": ("Types", "")},
    {"es": ("una sola respuesta", "Las respuestas son las opciones. Ponga x en «Correcta» de la que está bien. O ponga "
            "en cada una el porcentaje de puntos que vale, y «porcentajes» en «Puntuación»; 33,33333 es un tercio."),
     "en": ("single choice", "The answers are the options. Put x in “Right” of the one that is right. Or put in each "
            "the percentage of the points that it earns, and “percentages” in “Scoring”; 33.33333 is a third.")},
    {"es": ("varias respuestas", "Igual, con una x en cada una de las que están bien; los porcentajes se suman."),
     "en": ("multiple choice", "The same, with an x in each of those that are right; percentages are added up.")},
    {"es": ("verdadero o falso", "Ponga x en «Correcta 1» si es verdadero, o en «Correcta 2» si es falso. "
            "«Retroalimentación 1» es para quien responde verdadero."),
     "en": ("true or false", "Put x in “Right 1” when it is true, or in “Right 2” when it is false. “Feedback 1” is "
            "for those who answer true.")},
    {"es": ("emparejar", "Cada «Respuesta» va con su «Pareja». Una pareja sin respuesta sobra, para confundir."),
     "en": ("matching", "Each “Answer” belongs to its “Match”. A match without an answer is too many, to mislead.")},
    {"es": ("ordenar", "Las respuestas en el orden correcto."),
     "en": ("ordering", "The answers in the right order.")},
    {"es": ("texto con espacios", "Escriba el texto en «Texto con espacios», con [[1]], [[2]]… donde falta algo, y "
            "en «Respuesta 1», «Respuesta 2»… lo que se acepta, una manera en cada línea. En «Comparación»: "
            "mayúsculas, tildes, si importan."),
     "en": ("text with gaps", "Write the text in “Text with gaps”, with [[1]], [[2]]… where something is missing, "
            "and in “Answer 1”, “Answer 2”… what is accepted, one way on each line. In “Comparison”: capitals, "
            "accents, if they matter.")},
    {"es": ("número", "Las respuestas son números. En «Comparación», cuánto puede alejarse un número: 0,5 o 5%. En "
            "«Correcta», el porcentaje que vale; vacía, 100. Las unidades, una en cada línea: km | kilómetros = 1"),
     "en": ("number", "The answers are numbers. In “Comparison”, how far away a number may be: 0.5 or 5%. In "
            "“Right”, the percentage that it earns; 100 when empty. Units, one on each line: km | kilometres = 1")},
    {"es": ("texto breve", "Las respuestas son los textos que se aceptan, una manera en cada línea. En "
            "«Comparación»: exacta, contiene o con *. En «Correcta», el porcentaje que vale; vacía, 100. Vale la "
            "primera que coincide."),
     "en": ("short text", "The answers are the texts that are accepted, one way on each line. In “Comparison”: "
            "exact, contains or with *. In “Right”, the percentage that it earns; 100 when empty. The first that "
            "fits counts.")},
    {"es": ("texto largo", "No tiene respuestas: la corrige una persona con la «Pauta de corrección»."),
     "en": ("long text", "It has no answers: a person marks it with the “Guide for marking”.")},
]


def get_examples(language):
    """A Question of every kind, in ``language``."""
    def say(spanish, english):
        return Text(spanish if language == "es" else english, "plain")

    def make(kind, stem, parts, **values):
        return Question(kind, stem, parts, language=language, **values)

    half = ALL / 2
    return [
        make("single_choice", say("¿Quién autoriza una compra?", "Who authorises a purchase?"), Choice((
            Option(say("La jefatura del servicio", "The head of the office"), ALL, say("Así es.", "Yes.")),
            Option(say("El proveedor", "The supplier"), NONE, say("El proveedor vende.", "The supplier sells.")),
            Option(say("Cualquier persona", "Anybody")),
        ), "none"), category=(say("Compras", "Purchases").text,), tags=("ley",), difficulty="easy",
            feedback=say("Vea el artículo 9.", "See article 9.")),
        make("multiple_choice", say("¿Qué acompaña a una solicitud?", "What comes with a request?"), Choice((
            Option(say("El motivo", "The reason"), half), Option(say("El presupuesto", "The budget"), half),
            Option(say("Un regalo", "A gift"), -half), Option(say("Una foto", "A photograph"), -half)), "balanced")),
        make("multiple_choice", say("¿Qué conviene hacer primero?", "What is best done first?"), Choice((
            Option(say("Planificar", "Plan"), Decimal(60)), Option(say("Preguntar", "Ask"), Decimal(40)),
            Option(say("Esperar", "Wait"), Decimal(-25))), "weights")),
        make("true_false", say("El plazo se cuenta en días hábiles.", "The period is in working days."), TrueFalse(
            True, say("Bien.", "Right."), say("Lea el artículo 2.", "Read article 2."))),
        make("matching", say("¿Qué capital tiene cada país?", "Which capital has each country?"), Matching((
            Pair(say("Chile", "Chile"), "Santiago"), Pair(say("Perú", "Peru"), "Lima")), ("Bogotá",))),
        make("ordering", say("Ordene los pasos.", "Put the steps in order."), Ordering((
            say("Pedir", "Ask"), say("Recibir", "Receive"), say("Pagar", "Pay")))),
        make("gap_fill", say("Complete.", "Fill in."), GapFill(
            say("Una compra pasa por la [[1]] y la [[2]].", "A purchase goes through the [[1]] and the [[2]]."), (
                Gap((Answer(say("solicitud", "request").text),)),
                Gap((Answer(say("recepción", "delivery").text),), accents=True)))),
        make("numeric", say("¿Cuánto mide la ruta?", "How long is the road?"), Numeric((
            Number(Decimal("12.5"), Decimal("0.5")), Number(Decimal("12.5"), Decimal(10), half, say("Casi.", "Nearly."),
                                                            "percent")),
            say("Mida otra vez.", "Measure again."),
            (Unit(("km", say("kilómetros", "kilometres").text)), Unit(("m",), Decimal("0.001"))), False, half)),
        make("short_text", say("¿Quién dirige un municipio?", "Who heads a town?"), ShortText((
            Answer(say("alcalde\nalcaldesa", "mayor").text),
            Answer(say("jefe*", "head*").text, half, say("Dígalo con su título.", "Say it with the title."),
                   "wildcard")))),
        make("long_text", say("Explique el principio de probidad.", "Explain the principle of probity."), LongText(
            50, 300, say("Nombra la ley y da un ejemplo.", "Names the law and gives an example."))),
    ]
