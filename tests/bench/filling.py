"""What a person might fill into the form of a test, whatever kinds of question it has: read from its HTML."""

from bs4 import BeautifulSoup

WORDS = ("escuchar", "preguntar", "42", "3,5", "derivar a la oficina", "interculturalidad", "sí")


def read_form(html):
    """{question number: {field name: its elements}} and {field name: value} of what is hidden, of an attempt's page."""
    form = BeautifulSoup(html, "html.parser").find(id="attempt-form")
    questions = {}
    for question in form.find_all(attrs={"data-question": True}):
        fields = questions[int(question["data-question"])] = {}
        for element in question.find_all(["input", "select", "textarea"]):
            if element.get("name") and element.get("type") not in {"hidden", "file", "submit"}:
                fields.setdefault(element["name"], []).append(element)
    hidden = {element["name"]: element.get("value", "") for element in form.find_all("input", type="hidden")
              if element.get("name")}
    return questions, hidden


def fill(fields, rng):
    """{field name: value or list of values} for the fields of one question."""
    data = {}
    for name, elements in fields.items():
        first = elements[0]
        if first.name == "select":
            values = [option.get("value", option.text) for option in first.find_all("option")]
            data[name] = rng.choice([value for value in values if value] or [""])
        elif first.get("type") == "radio":
            data[name] = rng.choice(elements).get("value", "on")
        elif first.get("type") == "checkbox":
            data[name] = [element.get("value", "on") for element in elements if rng.random() < 0.5]
        else:
            data[name] = rng.choice(WORDS)
    return data
