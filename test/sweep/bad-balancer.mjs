// A balancer that goes wrong in the way that its argument names, after a few hundred connections.
export default ({ z }) => ({
  balancers: [
    {
      name: 'Bad',
      summary: 'Goes wrong.',
      args: z.strictObject({ how: z.enum(['fine', 'throw', 'exit', 'memory']) }),
      create: ({ how }) => {
        let calls = 0;
        const kept = [];
        return {
          countsConnections: false,
          choose(view) {
            calls += 1;
            if (calls > 300 && how === 'throw') throw new Error('thrown on purpose');
            if (calls > 300 && how === 'exit') process.exit(7);
            while (calls > 300 && how === 'memory') kept.push(Array.from({ length: 1000 }, (_, at) => ({ at })));
            return view.random(view.count);
          },
        };
      },
    },
  ],
});
