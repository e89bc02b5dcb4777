from html import unescape

import pytest

from assessments.formats.model import QuestionRefused, Text
from assessments.importing.html import clean_html, flatten
from assessments.importing.texts import from_plain, to_plain


@pytest.mark.parametrize(("html", "text", "remarks"), [
    ("<p>a<script>alert(1)</script> 2 &lt; 3 &amp; 4</p><p>b</p>", "a 2 < 3 & 4\n\nb", set()),
    ("x<sup>2</sup> + H<sub>2</sub>O, e<sup>ax</sup>, v<sub>x</sub>", "x² + H₂O, e^(ax), v_x", set()),
    ("<p>Mire:</p><ul><li>uno</li><li><p>dos</p><ol><li>tres</li></ol></li></ul><p>fin</p>",
     "Mire:\n\n• uno\n• dos\n  1. tres\n\nfin", set()),
    ("<table><tr><th>A</th><th>B</th></tr><tr><td><p>1</p></td><td>2</td></tr></table>", "A | B\n1 | 2", {"table"}),
    ("<pre>a  b\n  c</pre>d", "a  b\n  c\n\nd", set()),
    ("a<br>b<br /><br>c", "a\nb\n\nc", set()),
    ("<a href='https://a.cl/x'>ley</a> <a href='https://a.cl'>https://a.cl</a>",
     "ley (https://a.cl/x) https://a.cl", set()),
    ("<img src='https://a.cl/x.png' alt='un perro'> <iframe src='x'></iframe>", "[un perro]", {"image", "media"}),
    ("<p>&nbsp;</p>", "", set()),
    ("¿Qué <b>NO</b> es \\(x^2 < 3\\)?", "¿Qué NO es \\(x^2 < 3\\)?", {"looks"}),
])
def test_html_becomes_text(html, text, remarks):
    assert flatten(html) == (text, remarks)


def test_nesting_that_no_editor_makes_is_refused_quickly():
    with pytest.raises(QuestionRefused):
        flatten("<div>" * 200_000)
    assert flatten("<p>a<p>b" * 200)[0].startswith("a\n\nb")


def test_harm_is_taken_out_and_everything_else_stays_to_the_letter():
    assert clean_html("<P class=x>uno &nbsp;<b>dos") == "<P class=x>uno &nbsp;<b>dos"
    assert clean_html('<p onclick="x()">uno</p><script>x()</script>') == "<p>uno</p>"
    assert "javascript" not in clean_html('<a href="javascript:x()">uno</a>')


@pytest.mark.parametrize("html", [
    '<img title=">" src=x onerror=alert(1)>', '<img alt="<" src=x onerror=alert(1)>',
    '<a href="java&#115;cript:alert(1)">a</a>', '<a href="java\n\tscript:alert(1)">a</a>',
    '<a href="&#1;javascript:alert(1)">a</a>'])
def test_harm_that_is_hidden_is_taken_out_too(html):
    assert clean_html(html) != html
    assert "onerror" not in clean_html(html)
    assert "script" not in unescape(clean_html(html))


@pytest.mark.parametrize(("text", "plain"), [
    (Text("a\nb & c", "moodle"), "a\nb & c"), (Text("a\n<b>b</b> &amp; c", "moodle"), "a\nb & c"),
    (Text("a <b> c", "plain"), "a <b> c"), (Text("si a < b y b > c", "moodle"), "si a < b y b > c"),
    (Text("**uno**\n\n- dos\n- tres", "markdown"), "uno\n\n• dos\n• tres"),
    (Text("uno\r\ndos\r", "plain"), "uno\ndos")])
def test_each_format_becomes_text(text, plain):
    assert to_plain(text)[0] == plain


@pytest.mark.parametrize("text", ["uno", "a < b", "&amp;", "uno\n\ndos", "<b>", "R&D; x", "a\\b {c} ~d =e #f :g"])
def test_plain_text_goes_out_and_comes_back(text):
    assert to_plain(from_plain(text)) == (text, set())
