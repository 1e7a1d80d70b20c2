// Scheduled outreach is a job that sends. Run it in as many processes as you like: each firing runs in one of them.
import { Channels, defineJob, Jobs } from '@skein/sdk';

const getTomorrowsAppointments = async () => [{ phoneNumber: '+447700900104', time: '15:00' }];

const reminders = defineJob({
  name: 'appointment-reminders',
  description: 'Send next-day appointment reminders every morning',
  schedule: { type: 'cron', expression: '0 9 * * *' }, // every day at 9, in the zone of the workspace
  retry: { attempts: 3 },
  execute: async () => {
    for (const { phoneNumber, time } of await getTomorrowsAppointments()) {
      const text = `Reminder: your appointment is tomorrow at ${time}.`;
      // One who cannot be reached must not keep the others waiting.
      const sent = await Channels.send({ channel: 'sms', to: { phoneNumber }, text }).catch((error) => error);
      console.log('reminder', sent.code ?? sent.status);
    }
  },
});

const worker = await Jobs.start(reminders);
console.log('next at', (await Jobs.get('appointment-reminders')).nextAt);
process.once('SIGINT', () => worker.stop());
if (process.argv.includes('--now')) await Jobs.trigger('appointment-reminders'); // do not wait for the morning
