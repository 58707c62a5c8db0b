"""All comparisons, in the order they run."""

from lib import cores, costs, fleets, floors, flush, growth, latency, schedule, scanner, sizes, small

ALL = {
    "fleet": fleets.run_fleet,
    "floor": floors.run_floor,
    "cost": costs.run_cost,
    "latency": latency.run_latency,
    "cores": cores.run_cores,
    "growth": growth.run_growth,
    "size": sizes.run_size,
    "startup": small.run_startup,
    "profile": small.run_profile,
    "flush": flush.run_flush,
    "scanner": scanner.run,
    "schedule": schedule.run,
}
NEED_TOOLS = {"fleet", "latency", "size"}
