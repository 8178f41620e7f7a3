"""Who trains when: the queue, its jobs, and the handle of the process that trains them; nothing here trains."""

from model.queue.job import Progress, State, TrainingJob
from model.queue.queue import NotStarted, TrainingQueue, training_queue

__all__ = ["NotStarted", "Progress", "State", "TrainingJob", "TrainingQueue", "training_queue"]
