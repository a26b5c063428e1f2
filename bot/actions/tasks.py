"""What operations are asked to do with a shipment, and by when the customer hears of it."""

from bot.actions.handing_over import call_person
from bot.actions.turn import Reply, Turn
from crm.crm import Crm
from crm.orders.models import DepartmentTask, TaskKind
from crm.promises.models import PromiseKind
from crm.staff.departments import Department
from crm.wording import by_when

TASK_NAMES = {TaskKind.CHECK: "核实货物动态", TaskKind.URGE: "催货", TaskKind.DOCUMENT: "提供单据"}


async def task_for(turn: Turn, crm: Crm, kind: TaskKind, reference: str) -> tuple[DepartmentTask, bool]:
    """A task for operations with the promise of an answer by the time it is due; the one that waits already, and True."""
    for waiting in await crm.tasks.queue(Department.OPERATIONS):
        same = waiting.kind == kind.value and waiting.dialogue_id == turn.dialogue_id
        if same and waiting.facts.get("reference") == reference:
            return waiting, waiting.turn_id != turn.turn_id
    task = await crm.tasks.open(
        kind,
        Department.OPERATIONS,
        {"reference": reference, "words": turn.text},
        dialogue_id=turn.dialogue_id,
        turn_id=turn.turn_id,
    )
    await crm.promises.make(
        turn.dialogue_id,
        turn.turn_id,
        PromiseKind.OTHER,
        text=f"{TASK_NAMES[kind]}：{reference}",
        by_whom=Department.OPERATIONS.value,
        due_at=task.due_at,
    )
    return task, False


async def own_up(reply: Reply, turn: Turn, crm: Crm, task: DepartmentTask, reference: str) -> Reply:
    """An answer was promised and did not come: a person goes on."""
    reply.say("utter_promise_late", due=by_when(task.due_at, crm.clock.now()))
    return await call_person(turn, crm, reply, "promise_late", priority=2, shipment=reference)
