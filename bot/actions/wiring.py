"""The crm of this process, made when the first action needs it."""

from functools import cache

from crm.clock import Clock
from crm.crm import CrmFactory, crm_factory
from database.session import Database
from settings import load


@cache
def database() -> Database:
    """The database of the action server."""
    return Database(load().database)


@cache
def crm() -> CrmFactory:
    """Opens the crm on it."""
    settings = load()
    return crm_factory(database(), Clock(settings.now, settings.now_since))
