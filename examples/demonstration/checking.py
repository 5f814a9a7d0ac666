from demonstration.stage import Step

STEPS: tuple[Step, ...] = ()
