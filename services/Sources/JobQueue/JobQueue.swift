// The queue of jobs: what it holds comes next.
