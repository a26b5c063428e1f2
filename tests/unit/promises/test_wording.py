"""What a promise is called."""

import pytest

from crm.orders.models import TaskKind
from crm.promises.models import PromiseKind
from crm.promises.wording import TASKS, for_customer


@pytest.mark.parametrize("kind", PromiseKind)
def test_every_kind_has_a_name_for_customers(kind: PromiseKind) -> None:
    assert for_customer(kind)


def test_the_number_is_told_where_it_is_about_a_complaint() -> None:
    assert for_customer("first_reply", "CP26112100018") == "投诉CP26112100018的首次回复"
    assert for_customer("resolution", "CP26112100018") == "投诉CP26112100018的处理结果"
    assert for_customer("callback", "CP26112100018") == "给您回电"
    assert for_customer("first_reply") == "给您的回复"


def test_every_kind_of_task_has_a_name_for_staff() -> None:
    assert {kind.value for kind in TaskKind} <= set(TASKS)
