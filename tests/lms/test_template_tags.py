from bs4 import BeautifulSoup
from django.template import Context, Template
from django.utils.translation import override

from courses.outline import ShownItem, ShownModule

ITEM = ShownItem(kind="lesson", title="Escuchar <antes>", url="/es/escuchar/", language="es", minutes=5, state="todo",
                 is_current=False)


def include_kept(template, **values):
    names = " ".join(f"{name}={name}" for name in values)
    text = Template(f'{{% include_kept "{template}" {names} %}}').render(Context({**values, "title": "not seen"}))
    return BeautifulSoup(text, "html.parser")


def test_include_kept_follows_language_and_values_and_nothing_else():
    with override("en"):
        row = include_kept("components/item.html", item=ITEM, plain=False)
        assert row.find(class_="item__kind").text == "5 minutes"
        done = include_kept("components/item.html", item=ITEM._replace(state="done"), plain=False)
        assert done.find(class_="state--done")
        assert not include_kept("components/item.html", item=ITEM, plain=False).find(class_="state--done")
        assert not include_kept("components/item.html", item=ITEM, plain=True).find("a")
    with override("es"):
        item = include_kept("components/item.html", item=ITEM, plain=False)
    assert (item.find(class_="item__kind").text, item.find("a").text) == ("5 minutos", "Escuchar <antes>")


def test_minus_is_a_minus():
    show = Template('{{ number|floatformat:2|minus|default:"–" }}').render
    with override("en"):
        assert [show(Context({"number": number})) for number in (-0.5, 0.25, None)] == ["−0.50", "0.25", "–"]
    with override("es"):
        assert show(Context({"number": -0.5})) == "−0,50"


def test_module_of_a_course_is_done_when_all_of_it_is():
    def is_done(done, total):
        module = ShownModule(number=1, title="Módulo", url="/es/modulo/", total=total, done=done)
        row = include_kept("components/module_title.html", module=module, plain=False)
        return bool(row.find(class_="module__number--done"))

    assert [is_done(1, 2), is_done(2, 2), is_done(0, 0)] == [False, True, False]


def test_include_each_is_include_kept_for_each():
    items = [ITEM, ITEM._replace(state="done", title="Preguntar")]
    each = Template('{% include_each "components/item.html" "item" items plain=False %}').render(
        Context({"items": items}))
    one_by_one = "".join(Template('{% include_kept "components/item.html" item=item plain=False %}').render(
        Context({"item": item})) for item in items)
    assert each == one_by_one
    assert "&lt;antes&gt;" in each
