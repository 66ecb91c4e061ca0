"""What runs beside the web: jobs, their timetable, the command line, benchmarks, the simulator."""
