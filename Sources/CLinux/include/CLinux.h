// The few calls of Linux that Swift's Glibc and Musl modules leave out, as they are declared for _GNU_SOURCE alone.
#pragma once

/// A pipe whose ends no program inherits that another thread starts at the same moment. Returns 0, or -1 and errno.
int clinux_pipe(int ends[2]);

/// The next connection of a listening socket, which no started program inherits. Returns a descriptor, or -1 and errno.
int clinux_accept(int listener);

/// How many cores the scheduler may run this process on: 1 or more.
int clinux_schedulable_cores(void);

/// Lets all threads allocate from at most so many arenas; returns 0 where the C library has none to limit.
int clinux_limit_arenas(int count);
