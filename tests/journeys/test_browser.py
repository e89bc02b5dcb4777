"""That the browser tests see what they are there to see."""

import pytest

PICTURE = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def test_axe_refuses_a_picture_without_text(page, axe):
    page.set_content(f"<html lang=es><title>Prueba</title><main><h1>Prueba</h1><img src='{PICTURE}'></main></html>")
    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)


def test_problems_note_a_page_that_is_missing(page, problems):
    page.goto("/media/none.png")
    problems.expect("^404: ")
    problems.expect("^console: Failed to load resource")
