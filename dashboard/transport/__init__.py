"""Connections to Redis, RabbitMQ and the database: how each is made, how long it may take.

Public: `redis_address`, `amqp`, `message_queue`, `database`; `postgres` is `database`'s own.
"""
