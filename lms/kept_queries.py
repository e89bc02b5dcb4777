"""Queries that pages ask again and again, made into SQL once.

To put a queryset together and to write its SQL takes Django three to twenty times as long as the database needs to
answer for a row by its key. ``kept_query`` does it once a connection; from then on only the values are new::

    @kept_query
    def find_attempts(enrolment, activity):
        return Attempt.objects.filter(enrolment=enrolment, activity=activity)

    attempts = find_attempts(enrolment.pk, activity)  # a list, asked at once

The function gets placeholders in place of the values, so it can only hand them to lookups: a condition on a value, or
a list of values, needs a query of its own. The values are int, str, UUID, datetime or bool."""

from copy import copy
from datetime import datetime
from functools import update_wrapper
from types import SimpleNamespace
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import Expression

_FIELDS = {int: models.BigIntegerField(), str: models.TextField(), UUID: models.UUIDField(),
           datetime: models.DateTimeField(), bool: models.BooleanField()}


class _Placeholder(Expression):
    """Stands in the parameters of the SQL where the value with this number goes."""

    def __init__(self, number):
        super().__init__()
        self.number = number

    def as_sql(self, compiler, connection):
        return "%s", [self]


class KeptQuery:
    def __init__(self, function):
        self.function = function
        update_wrapper(self, function)

    def __call__(self, *values):
        """What the queryset yields for these values, as a list. One query."""
        connection = connections[DEFAULT_DB_ALIAS]
        if not hasattr(connection, "kept_queries"):
            connection.kept_queries = {}
        if self not in connection.kept_queries:
            connection.kept_queries[self] = self._compile(connection, len(values))
        queryset, compiler, sql, parameters, converters = connection.kept_queries[self]
        adapted = [_FIELDS[type(value)].get_db_prep_value(value, connection) for value in values]
        compiler = copy(compiler)  # threads may share a connection
        compiler.as_sql = lambda: (sql, [
            adapted[each.number] if isinstance(each, _Placeholder) else each for each in parameters])
        compiler.get_converters = lambda columns: converters
        return list(queryset._iterable_class(SimpleNamespace(
            db=DEFAULT_DB_ALIAS, query=SimpleNamespace(get_compiler=lambda using: compiler),
            _known_related_objects={})))

    def get(self, *values):
        """The one row for these values. Raises DoesNotExist of its model."""
        rows = self(*values)
        if not rows:
            raise connections[DEFAULT_DB_ALIAS].kept_queries[self][0].model.DoesNotExist
        row, = rows
        return row

    def _compile(self, connection, count):
        queryset = self.function(*map(_Placeholder, range(count)))
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_rest in compiler.select[:compiler.col_count]])
        return queryset, compiler, sql, parameters, converters


kept_query = KeptQuery
