"""All comparisons, in the order they run."""

from lib import floors

ALL = {
    "floor": floors.run_floor,
    "cost": floors.run_cost,
}
NEED_TOOLS = {"fleet", "latency"}
