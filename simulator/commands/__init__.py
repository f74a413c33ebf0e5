"""What the command line does, one module a command; `simulator.cli` is the door."""
