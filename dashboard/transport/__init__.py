"""Connections to Redis, RabbitMQ and the database, with their timeouts.

Public: `redis_address`, `amqp`, `message_queue`, `database`; `postgres` is `database`'s own.
"""
