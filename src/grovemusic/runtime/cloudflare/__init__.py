"""Every port over its Cloudflare binding. Imported only inside Pyodide, where `js` exists.

javascript  values and errors across the border between Python and JavaScript
database    Database over D1
keyvalue    KeyValue over Workers KV
objects     ObjectStore over R2
vectors     VectorIndex over Vectorize
queue       Queue over Queues
actors      Actors over Durable Object namespaces
durable     what a Durable Object class does: the other end of `actors`
fetching    an httpx transport over fetch
worker      the platform put together from a Worker's bindings
"""
