"""What Cloudflare refuses, said by us, before it is asked: the same words in both runtimes. Pure.

sql            statements and bound values          keys           keys as bytes, pages of them
keyvalue       keys, values and times to live       plain_json     what survives an RPC
objects        keys and ranges                      vector_filter  metadata filters
actors         keys and entries of an actor         vectors        vectors and questions
queue          messages and batches
"""
