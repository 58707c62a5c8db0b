"""All comparisons, in the order they run."""

from lib import fleets, floors, latency

ALL = {
    "fleet": fleets.run_fleet,
    "floor": floors.run_floor,
    "cost": floors.run_cost,
    "latency": latency.run_latency,
}
NEED_TOOLS = {"fleet", "latency"}
