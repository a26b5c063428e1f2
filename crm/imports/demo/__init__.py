"""The demo company 远航国际物流: files beside this module, dates counted from the day they are loaded. Everybody is invented."""

from crm.imports.demo.loading import DEMO_KEY, DEMO_PASSWORD, DemoRefused, access_left, load, load_if_empty
from crm.imports.demo.logins import demo_logins

__all__ = ["DEMO_KEY", "DEMO_PASSWORD", "DemoRefused", "access_left", "demo_logins", "load", "load_if_empty"]
