"""The network and the servers fail at every stage of a load: never a short or changed table that is called complete."""
