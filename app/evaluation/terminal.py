"""The figures of an evaluation at the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from trainer.measures import (
    EntityFigures,
    IntentFigures,
    MoodFigures,
    confusions,
    entity_figures,
    intent_figures,
    mood_figures,
    understood,
)
from trainer.report.contents import MeasuredFile


def show(console: Console, file: MeasuredFile, errors: int) -> None:
    """Tables of one file, and its first misunderstood messages."""
    moods, entities = mood_figures(file.messages, file.parses), entity_figures(file.messages, file.parses)
    console.print(_intent_table(file.name, intent_figures(file.messages, file.parses)))
    if moods.judged:
        console.print(_mood_table(moods))
    if entities:
        console.print(_entity_table(entities))
    for message, parse in confusions(file.messages, file.parses)[:errors]:
        console.print(f"  {message.text}\n    {message.intent} -> {understood(parse)}", markup=False)


def _intent_table(name: str, found: IntentFigures) -> Table:
    table = Table(name, "", title_justify="left")
    table.add_row("messages in scope / out of scope", f"{found.in_scope} / {found.out_of_scope}")
    table.add_row("meaning found", _percent(found.accuracy))
    table.add_row("meaning among the two likeliest", _percent(found.among_two))
    table.add_row("macro F1", _percent(found.macro_f1))
    table.add_row("out of scope found", _percent(found.out_of_scope_recall))
    table.add_row("refused wrongly", _percent(found.refused_wrongly))
    table.add_row("asked back", _percent(found.unsure))
    table.add_row("expected calibration error", _percent(found.calibration_error))
    return table


def _mood_table(found: MoodFigures) -> Table:
    table = Table("mood", "")
    table.add_row("messages judged", str(found.judged))
    table.add_row("mood found", _percent(found.accuracy))
    table.add_row("angry found", _percent(found.angry_found))
    table.add_row("annoyed heard as annoyed or angry", _percent(found.annoyed_found))
    table.add_row("calm called angry", _percent(found.calm_called_angry))
    table.add_row("calm called annoyed", _percent(found.calm_called_annoyed))
    return table


def _entity_table(entities: dict[str, EntityFigures]) -> Table:
    table = Table("entity", "number", "precision", "recall", "F1", "normal form", "role")
    for kind, found in entities.items():
        shares: Sequence[float | None] = (
            found.precision,
            found.recall,
            found.f1,
            found.right_value,
            found.right_role,
        )
        table.add_row(kind, str(found.gold), *map(_percent, shares))
    return table


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"
