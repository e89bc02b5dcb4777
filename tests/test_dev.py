"""What dev.py promises to whoever reads what a command prints."""

import os

import dev


def test_manage_prints_nothing_of_its_own_so_that_json_stays_alone(monkeypatch, capsys):
    called = []
    monkeypatch.setattr(dev, "prepare", lambda _requirements: dev.say("Installing the Python packages into .venv"))
    monkeypatch.setattr(dev, "make_environment", dict)
    monkeypatch.setattr(os, "chdir", lambda _path: None)
    monkeypatch.setattr(os, "execve", lambda _path, arguments, _environment: called.append(arguments[1:]))
    dev.manage(["import_questions", "banco.gift"])
    printed = capsys.readouterr()
    assert called == [["manage.py", "import_questions", "banco.gift"]]
    assert (printed.out, printed.err) == ("", "Installing the Python packages into .venv\n")
