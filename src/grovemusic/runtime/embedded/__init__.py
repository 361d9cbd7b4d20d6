"""The storage ports on SQLite, files and numpy, for one machine and several processes.

database         SQL, with the limits of D1
migrations       numbered .sql files, each applied once
keyvalue         the cache, with the limits of KV
objects          files by key, as R2 keeps them
vectors          nearest neighbours, with the limits of Vectorize
actors           things with a name that handle one message at a time, as Durable Objects do
queue            messages for later, delivered at least once
schedule         functions that run when a cron line says so
clock            real time, and ids nobody can guess
background       work that goes on after the answer

What these are made of:

sqlite_file      one SQLite file, one connection, one thread
keys             keys as bytes, and pages of them
plain_json       values that survive the way to another process
presence         which process is alive
bell             wakes a loop that waits
actor_rows       who delivers to which actor, and the alarms
actor_residents  the actors in memory
actor_storage    what one actor remembers
vector_blocks    the vectors on disk
vector_matrix    the vectors in memory
vector_ids       which row has which id
vector_filter    what a metadata filter means
"""
