"""Who of ours is complained about, and who is only mentioned, asked for or praised."""

import pytest

from crm.complaints.words.accused import StaffName, accused
from tests.unit.complaints.tables import of_kind

STAFF = [
    StaffName("lin", "林小雨", "客服小林", answered=True),
    StaffName("zhou", "周建国", "周经理"),
    StaffName("wu", "吴海", "吴工"),
    StaffName("lin2", "林大勇"),
    StaffName("chen", "陈静", "客服小陈"),
]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("林小雨态度太差了", {"lin"}),
        ("刚才那个客服说话太难听了", {"lin"}),
        ("小林太忙了，让别人来吧", set()),
        ("客服小林骂我", {"lin"}),
        ("小林一直不回我消息", {"lin"}),
        ("我要投诉林小雨", {"lin"}),
        ("投诉你们周经理", {"zhou"}),
        ("周经理挂我电话", {"zhou"}),
        ("吴工说话不算数", {"wu"}),
        ("刚才那个客服什么态度", {"lin"}),
        ("跟我聊的那个人敷衍我", {"lin"}),
        ("你们客服太差了", {"lin"}),
        ("让小林来处理", set()),
        ("找周经理", set()),
        ("小林说周三到", set()),
        ("我问了小林", set()),
        ("小林态度很好", set()),
        ("谢谢小林，货还是没到", set()),
        ("小林说周三到，结果到现在没到", set()),
        ("林主管推来推去，就是不给解决", {"lin"}),
        ("林大勇骂人", {"lin2"}),
        ("叫周经理来，小林太敷衍了", {"lin"}),
        ("客服小陈，态度特别恶劣", {"chen"}),
        ("我跟小陈说过地址，司机骂我", set()),
        ("司机态度太差", set()),
        ("小林服务挺好的，就是司机骂人", set()),
        ("被你们周经理骂了一顿", {"zhou"}),
        ("別讓小林再跟我對接了", {"lin"}),
        ("客服林小雨態度惡劣，我要投訴", {"lin"}),
        ("周经理在吗", set()),
        ("林小姐答应我周三回电的没回", {"lin"}),
        ("我不是要投诉小林，小林人很好", set()),
        ("小陈没骂我", set()),
        ("换个人，小陈根本不专业", {"chen"}),
        ("刚才跟我说话那个人，他骂我", {"lin"}),
        ("小林他一问三不知", {"lin"}),
        ("小林，我的货太慢了", set()),
        ("周经理说会处理，结果一个星期不回电话", {"zhou"}),
        ("老吴糊弄我", {"wu"}),
        ("吴工帮我查一下，你们物流太慢", set()),
        ("客服不理人", {"lin"}),
        ("我要换人，不要小林了", {"lin"}),
        ("态度太差！就是那个小林", {"lin"}),
        ("你们客服换了三个都说不知道", set()),
        ("周总放了我两次鸽子", {"zhou"}),
        ("小陈和小林都骗我", {"chen", "lin"}),
    ],
)
def test_who_is_accused(text: str, codes: set[str]) -> None:
    assert accused(text, STAFF) == codes


def test_the_agent_who_answered_is_meant_only_if_somebody_did() -> None:
    assert accused("刚才那个客服骂我", [StaffName("wu", "吴海")]) == frozenset()
    assert accused("你们客服太差了", []) == frozenset()


def test_a_surname_that_fits_several_means_all_of_them() -> None:
    both = [StaffName("a", "林小雨"), StaffName("b", "林大勇")]
    assert accused("那个小林骂我", both) == {"a", "b"}
    assert accused("林大勇骂我", both) == {"b"}


@pytest.mark.parametrize("row", of_kind("accused"), ids=lambda row: row["text"])
def test_blame_in_traditional_and_colloquial_words(row: dict[str, str]) -> None:
    staff = [
        StaffName("lin", "林小雨", "客服小林", answered=True),
        StaffName("zhou", "周慧"),
        StaffName("chen", "陈思远"),
        StaffName("he", "何靜"),
        StaffName("wei", "卫国强"),
    ]
    assert accused(row["text"], staff) == ({row["accused"]} if row["accused"] else set())
