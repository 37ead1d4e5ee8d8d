"""What a Service Bus queue does with messages: no AMQP, no network, and the time is an argument."""
