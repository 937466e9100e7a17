"""Things that several scenes place: trees, vehicles, houses and furniture, each with the proxies a planner needs."""
