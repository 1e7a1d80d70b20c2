import { describe, it } from '@jest/globals';
import { channelContract } from '@skein/testing';
import { EmailConfig } from './config.js';
import { failureOf } from './failures.js';
import { email } from './index.js';

const smtp = {
  host: 'mx.acme.example',
  port: 587,
  secure: false,
  user: 'agent',
  password: 'smtp-password-1',
};
const config = Object.assign(new EmailConfig(), {
  address: 'agent@acme.example',
  smtp,
  returnPathKey: 'return-path-key-1',
});

const answered = (responseCode: number, response: string, command = 'RCPT TO') =>
  Promise.resolve(failureOf(Object.assign(new Error(response), { responseCode, response, command }), false));
const broken = (code: string, handedOver: boolean) =>
  Promise.resolve(failureOf(Object.assign(new Error(code), { code }), handedOver));

channelContract({ describe, it }, email, {
  folder: new URL('.', import.meta.url),
  config,
  secrets: ['smtp-password-1', 'return-path-key-1'],
  faults: [
    {
      name: 'no such mailbox',
      answer: () => answered(550, '550 5.1.1 unknown'),
      expected: 'rejected',
      reason: 'invalid_address',
    },
    { name: 'a busy mailbox', answer: () => answered(450, '450 4.2.1 later'), expected: 'unavailable' },
    {
      name: 'a refused sender',
      answer: () => answered(550, '550 no', 'MAIL FROM'),
      expected: 'misconfigured',
    },
    { name: 'a refused login', answer: () => broken('EAUTH', false), expected: 'misconfigured' },
    { name: 'a private server', answer: () => broken('blocked_address', false), expected: 'misconfigured' },
    { name: 'no connection', answer: () => broken('ECONNECTION', false), expected: 'unavailable' },
    { name: 'no answer to the mail', answer: () => broken('ETIMEDOUT', true), expected: 'indeterminate' },
  ],
});
