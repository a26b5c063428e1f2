"""Refusals about answers to frequent questions. Their messages are Chinese: staff read them."""

from collections.abc import Mapping

from crm.errors import Refusal


class AnswersAreAppendOnly(Exception):
    """Somebody's code tried to change or delete a version. Not a refusal: a defect in that code."""


class UnknownLabel(Refusal):
    """There is no such question: the bot was not trained to recognise it."""

    code = "faq_unknown_label"

    def __init__(self, label: str) -> None:
        super().__init__(
            f"没有 {label} 这个问题：机器人没有学过，只改答案它认不出来。"
            "新问题先在 bot/data/nlu/faq.yml 写例句、在 domain.yml 写默认答案，训练以后才能在这里修改"
        )


class NoSuchVersion(Refusal):
    """The answer has no version of this number with a text to go back to."""

    code = "faq_no_such_version"


class VersionConflict(Refusal):
    """Somebody else has changed the answer since it was read; `current` is the version now."""

    code = "faq_version_conflict"

    def __init__(self, current: int) -> None:
        super().__init__(f"这条答案刚被别人改过，现在是第 {current} 版，请看过新内容再改")
        self.current = current


class UnfitAnswer(Refusal):
    """What was written is not fit to be said. `problems`: field -> reason."""

    code = "faq_unfit_answer"

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("；".join(problems.values()))
        self.problems = problems


class NotAnEditor(Refusal):
    """Answers are changed by supervisors, trainers and administrators."""

    code = "faq_not_an_editor"
