// The index of rows: what it holds comes next.
