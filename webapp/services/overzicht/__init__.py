"""What people look at: the status line, the timeline, the queue of klantenservice."""
