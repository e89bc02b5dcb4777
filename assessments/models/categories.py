"""How the bank is ordered."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from assessments.texts import get_text


class QuestionCategory(MP_Node):
    """Where a question stands in the bank; quizzes draw from categories, each with all that is below it. The tree is
    common to all institutions; whose a question is, the question says. assessments.categories moves them."""

    node_order_by = ["name"]

    name = models.CharField(_("name"), max_length=150)
    slug = models.SlugField(_("short name"), max_length=150, unique=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["path"]

    def __str__(self):
        return self.name

    @classmethod
    def lock_tree(cls):
        """Until the transaction ends nobody else changes the tree, in which a change moves many rows. Its content type
        stands for it, because there may be no category yet; other tables may refer to that row all the same."""
        kind = ContentType.objects.get_for_model(cls)
        ContentType.objects.select_for_update(no_key=True).get(pk=kind.pk)

    @transaction.atomic
    def delete(self, *args, **kwargs):
        """With its place in the tree as it is now. Raises QuestionCategory.DoesNotExist when it is gone already."""
        self.lock_tree()
        self.refresh_from_db(fields=["path", "depth", "numchild"])
        return super().delete(*args, **kwargs)


class Competence(models.Model):
    """What a question asks people to be able to do: a short list that trainers extend."""

    code = models.SlugField(_("code"), max_length=50, unique=True)
    names = models.JSONField(_("names"), default=dict)  # {language: name}

    class Meta:
        verbose_name = _("competence")
        verbose_name_plural = _("competences")
        ordering = ["code"]

    def __str__(self):
        return str(get_text(self.names)) or self.code

    @property
    def missing_languages(self):
        return [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES if not self.names.get(code)]
