"""What the machine does in the background: jobs, the runner, its worker process."""
