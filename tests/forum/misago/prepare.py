"""Fills an empty database: tables, the accounts that have a key, and the right to mark best answers."""

import os

import application  # noqa: F401: sets Django up
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from misago.acl.models import Role
from misago.cache.versions import invalidate_all_caches
from misago.categories.models import Category, CategoryRole, RoleCategoryACL
from misago.conf.shortcuts import get_dynamic_settings
from misago.users.setupnewuser import setup_new_user


def create_account(name):
    """A member of the forum's team, who may post as often as needed."""
    user = get_user_model().objects.create_superuser(name, f"{name.lower()}@forum.example", os.urandom(16).hex())
    setup_new_user(get_dynamic_settings(), user)
    user.roles.add(Role.objects.get(name="Moderator"))
    user.update_acl_key()
    user.save()


def allow_best_answers():
    """Whoever is signed in may mark the best answer, in every category with threads."""
    permission = CategoryRole.objects.get(name="Q&A moderator")
    for category in Category.objects.filter(level=1, tree_id=Category.objects.root_category().tree_id):
        for role in Role.objects.exclude(special_role="anonymous"):
            RoleCategoryACL.objects.get_or_create(role=role, category=category, category_role=permission)


call_command("migrate", verbosity=0)
for account in settings.FORUM_KEYS.values():
    create_account(account)
allow_best_answers()
invalidate_all_caches()
