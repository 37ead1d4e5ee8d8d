// The genuine JavaScript client against the bus: a connection string goes in, one JSON line of what it saw comes out.

import { ServiceBusClient } from "@azure/service-bus";

const client = new ServiceBusClient(process.argv[2], { retryOptions: { maxRetries: 0, timeoutInMs: 5000 } });
const seen = {};

const sender = client.createSender("scans");
await sender.sendMessages({ body: Buffer.from("bytes"), messageId: "one", applicationProperties: { number: 1 } });
const batch = await sender.createMessageBatch();
batch.tryAddMessage({ body: { value: "two" }, messageId: "two", subject: "subject" });
batch.tryAddMessage({ body: "again", messageId: "one" });
batch.tryAddMessage({ body: "three", messageId: "three" });
await sender.sendMessages(batch);

const receiver = client.createReceiver("scans");
const [one, two, three] = await receiver.receiveMessages(3, { maxWaitTimeInMs: 5000 });
seen.bodies = [one.body.toString(), two.body, three.body];
seen.said = [one.applicationProperties, two.subject, one.deliveryCount, one.enqueuedSequenceNumber];
seen.lockSeconds = Math.round((one.lockedUntilUtc - Date.now()) / 1000);
await receiver.completeMessage(one);
await receiver.abandonMessage(two);
await receiver.deadLetterMessage(three, { deadLetterReason: "why", deadLetterErrorDescription: "because" });

const [again] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5000 });
seen.again = [again.messageId, again.deliveryCount];
seen.renewed = (await receiver.renewMessageLock(again)) >= again.lockedUntilUtc;
await receiver.deferMessage(again);
const [deferred] = await receiver.receiveDeferredMessages(again.sequenceNumber);
seen.deferred = deferred.body;
await receiver.completeMessage(deferred);
seen.gone = await failure(() => receiver.receiveDeferredMessages(again.sequenceNumber));

const deadLetters = client.createReceiver("scans", { subQueueType: "deadLetter" });
const [dead] = await deadLetters.receiveMessages(1, { maxWaitTimeInMs: 5000 });
seen.dead = [dead.deadLetterReason, dead.deadLetterErrorDescription, dead.deadLetterSource];
await deadLetters.completeMessage(dead);

const numbers = await sender.scheduleMessages({ body: "later" }, new Date(Date.now() + 3600_000));
seen.scheduled = (await receiver.peekMessages(5)).map((message) => message.state);
await sender.cancelScheduledMessages(numbers);
seen.left = (await receiver.peekMessages(5)).length;

await sender.sendMessages({ body: Buffer.alloc(200_000, 7) });
const deleting = client.createReceiver("scans", { receiveMode: "receiveAndDelete" });
const [large] = await deleting.receiveMessages(1, { maxWaitTimeInMs: 5000 });
seen.large = large.body.length;

await sender.sendMessages([1, 2, 3].map((number) => ({ body: number, messageId: `n${number}` }))); // its lock renewer wants ids
const subscribed = client.createReceiver("scans");
seen.subscribed = await new Promise((resolve, reject) => {
  const bodies = [];
  const handlers = {
    processMessage: async (message) => bodies.push(message.body) === 3 && resolve(bodies),
    processError: async ({ error }) => reject(error),
  };
  subscribed.subscribe(handlers, { maxConcurrentCalls: 1 });
});

seen.unknown = await failure(() => client.createSender("nowhere").sendMessages({ body: 1 }));
await client.close();
console.log(JSON.stringify(seen));

async function failure(action) {
  try {
    await action();
    return null;
  } catch (error) {
    return error.code;
  }
}
