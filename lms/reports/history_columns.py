"""The columns of a file of earlier records, in the languages in which people write them, and its template."""

import xlsxwriter

from assessments.formats.xlsx.columns import name_column, simplify

HEADING_LANGUAGES = ("es", "en")
SOURCES = {
    "paper": {"es": "certificado en papel", "en": "paper certificate"},
    "system": {"es": "otro sistema", "en": "another system"},
    "letter": {"es": "oficio o carta", "en": "official letter"},
}
HOURS_KINDS = {
    "chronological": {"es": "cronológicas", "en": "chronological"},
    "pedagogical": {"es": "pedagógicas", "en": "pedagogical"},
}
COLUMNS = [
    name_column("document", "RUT, CURP u otro documento", "Identity document", 24),
    name_column("email", "Correo electrónico", "E-mail", 30),
    name_column("given_names", "Nombres", "Given names", 20),
    name_column("first_surname", "Primer apellido", "First surname", 18),
    name_column("second_surname", "Segundo apellido", "Second surname", 18),
    name_column("title", "Título del curso", "Course title", 40),
    name_column("title_en", "Título en inglés", "Title in English", 40),
    name_column("issuer", "Emitido por", "Issued by", 30),
    name_column("hours", "Horas", "Hours", 9),
    name_column("hours_kind", "Tipo de horas", "Kind of hours", 16, HOURS_KINDS),
    name_column("started_on", "Fecha de inicio", "Began on", 14),
    name_column("completed_on", "Fecha de término", "Completed on", 14),
    name_column("grade", "Nota", "Grade", 10),
    name_column("number", "Número en el documento", "Number on the document", 22),
    name_column("source", "Fuente", "Source", 22, SOURCES),
    name_column("evidence", "Dónde está el respaldo", "Where the evidence is", 34),
    name_column("note", "Observación", "Note", 34),
]
DATES = {"started_on", "completed_on"}
KEYS = {simplify(name): column.key for column in COLUMNS for name in (column.key, *column.headings.values())}
NEEDED = {"title", "issuer", "completed_on", "source", "evidence"}
SHEET = {"es": "Registros anteriores", "en": "Earlier records"}
HELP_SHEET = {"es": "Cómo se llena", "en": "How to fill it in"}
HELP = {
    "es": [
        "Una fila por persona y curso. La persona se busca por su documento o por su correo: basta uno de los dos.",
        "Obligatorios: título del curso, emitido por, fecha de término, fuente y dónde está el respaldo.",
        "Los nombres y apellidos solo hacen falta para crear la cuenta de quien todavía no tiene una.",
        "Las fechas: día-mes-año, por ejemplo 31-12-2019.",
        "Las horas llevan su tipo: cronológicas (60 minutos) o pedagógicas (45 minutos).",
        "La fuente es una de: certificado en papel, otro sistema, oficio o carta.",
        "El respaldo dice dónde se puede ver el documento, por ejemplo «Carpeta de personal 12, hoja 3».",
        "Nada se guarda antes de que usted haya visto qué pasará con cada fila.",
    ],
    "en": [
        "One row for each person and course. The person is found by the document or by the e-mail: one is enough.",
        "Needed: course title, issued by, completed on, source and where the evidence is.",
        "Names and surnames are only needed to make the account of somebody who has none yet.",
        "Dates: day-month-year, for example 31-12-2019.",
        "Hours have their kind: chronological (60 minutes) or pedagogical (45 minutes).",
        "The source is one of: paper certificate, another system, official letter.",
        "The evidence says where the document can be seen, for example “Personnel file 12, page 3”.",
        "Nothing is saved before you have seen what becomes of each row.",
    ],
}
ROWS = 500
REASON = {"es": "Por qué no se agregó", "en": "Why it was not added"}


def write_refused(file, outcomes, language):
    """Write the rows that were refused to the binary ``file`` as they came, with one more column: the reasons."""
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet(SHEET[language])
    bold, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
    for place, heading in enumerate([*(column.headings[language] for column in COLUMNS), REASON[language]]):
        sheet.write_string(0, place, heading, bold)
        sheet.set_column(place, place, COLUMNS[place].width if place < len(COLUMNS) else 90, text)
    for line, outcome in enumerate(outcomes, 1):
        for place, column in enumerate(COLUMNS):
            sheet.write_string(line, place, outcome.row.values.get(column.key, ""), text)
        sheet.write_string(line, len(COLUMNS), " ".join(outcome.row.errors), text)
    book.close()


def write_template(file, language):
    """Write the workbook to fill in to the binary ``file``, with headings and explanations in ``language``."""
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet(SHEET[language])
    heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    # As text, so that Excel drops no zero and turns no number into 1,23E+07; dates and hours as what they are.
    text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": "dd-mm-yyyy"})
    plain = book.add_format({})
    for place, column in enumerate(COLUMNS):
        style = day if column.key in DATES else plain if column.key == "hours" else text
        sheet.set_column(place, place, column.width, style)
        sheet.write_string(0, place, column.headings[language], heading)
        if column.words:
            sheet.data_validation(1, place, ROWS, place, {
                "validate": "list", "source": [words[language] for words in column.words.values()]})
    sheet.freeze_panes(1, 0)
    explanation = book.add_worksheet(HELP_SHEET[language])
    explanation.set_column(0, 0, 110)
    for line, sentence in enumerate(HELP[language]):
        explanation.write_string(line, 0, sentence)
    book.close()
