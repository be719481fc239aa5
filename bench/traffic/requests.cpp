// The request path of requests.yaml written for the purpose: the same events, draws, lists and counts, on std::priority_queue or a ladder.
// Arguments: queue (heap or ladder), pods, warm-up and measured simulated seconds. Prints what every contestant prints.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <queue>
#include "ladder.hpp"
#include "random.hpp"

struct Later {
  bool operator()(const Event &left, const Event &right) const {
    return left.time > right.time || (left.time == right.time && left.sequence > right.sequence);
  }
};

class Heap {
 public:
  void push(double time, int32_t kind, int32_t a, int32_t b) { events_.push({time, sequence_++, kind, a, b}); }
  bool take(double until, Event &event) {
    if (events_.empty() || events_.top().time > until) return false;
    event = events_.top();
    events_.pop();
    return true;
  }

 private:
  std::priority_queue<Event, std::vector<Event>, Later> events_;
  uint64_t sequence_ = 0;
};

/** Durations by the bits of a double, 128 buckets an octave, as src/metrics/histogram.ts. */
struct Histogram {
  std::vector<uint32_t> counts = std::vector<uint32_t>(40 * 128 + 1);
  double count = 0, sum = 0, least = 1e300, greatest = -1e300;
  void record(double value) {
    int32_t index = 0;
    if (value >= 1) {
      uint64_t bits;
      std::memcpy(&bits, &value, 8);
      index = std::min<int32_t>(int32_t(bits >> 45) - (1023 << 7) + 1, 40 * 128);
    }
    counts[index]++;
    count++;
    sum += value;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  /** Empties `other` into this one. */
  void take(Histogram &other) {
    for (size_t i = 0; i < counts.size(); i++) counts[i] += other.counts[i];
    count += other.count;
    sum += other.sum;
    least = std::min(least, other.least);
    greatest = std::max(greatest, other.greatest);
    other = Histogram();
  }
  double quantile(double q) const {
    double seen = 0;
    for (size_t i = 0; i < counts.size(); i++) {
      seen += counts[i];
      if (seen >= q * count) return i == 0 ? 0 : std::ldexp(1 + (int((i - 1) & 127) + 0.5) / 128, int((i - 1) >> 7));
    }
    return greatest;
  }
};

enum Outcome { OK, ERROR, TIMEOUT, OVERLOAD, BEGUN, ATTEMPTS, ATTEMPT, COLUMNS = 12 };

/** What is counted of the source, and again of its Service: as src/traffic/meters.ts. */
struct Meter {
  double counts[COLUMNS] = {}, inFlight = 0, area = 0, since = 0;
  Histogram interval;
  void advance(double now, double change) {
    area += inFlight * (now - since);
    since = now;
    inFlight += change;
  }
  void begin(double now) {
    advance(now, 1);
    counts[BEGUN]++;
  }
  void end(int outcome, double started, double now) {
    advance(now, -1);
    counts[outcome]++;
    if (outcome == OK) interval.record(now - started);
  }
};

template <class Queue> class Simulation {
 public:
  explicit Simulation(int32_t pods) : rate_(280.0 * pods), pods_(pods), nodeCpu_(pods / 10) {
    bookArrival();
    after(1e6, SCRAPE, 0, 1);
  }

  void run(double until) {
    Event event;
    while (queue_.take(until, event)) {
      now_ = event.time;
      events_++;
      (this->*handlers_[event.kind])(event.a, event.b);
    }
    now_ = until;
  }

  void warmUp() {
    scrape(0, 0);
    latencies_ = Histogram();
    begun_ = service_.counts[BEGUN];
    attempts_ = service_.counts[ATTEMPTS];
    events_ = 0;
  }

  void print(double seconds) {
    latencies_.take(source_.interval);
    std::printf("{\"cpuSeconds\":%.6f,\"requests\":%.0f,\"attempts\":%.0f,\"events\":%lld,\"meanUs\":%.3f,\"p99Us\":%.1f}\n",
                seconds, service_.counts[BEGUN] - begun_, service_.counts[ATTEMPTS] - attempts_,
                static_cast<long long>(events_), latencies_.sum / latencies_.count, latencies_.quantile(0.99));
  }

  double now() const { return now_; }

 private:
  static constexpr int32_t NONE = -1, SLOTS = 4, QUEUE = 128, RETRIES = 3;
  static constexpr double TIMEOUT_US = 1e6, BACKOFF_US = 1e4, WORK_US = 1e4, LINK_US = 600, SIGMA = 0.25;
  enum Kind { ARRIVAL, REACH, SERVED, ANSWER, RETRY, WAKE, SCRAPE };
  enum Caller { GONE, WAITING, BACKING_OFF };
  enum Server { ENDED, TRAVELLING, QUEUED, SERVING };

  struct Call {
    double started, due;
    int32_t epoch, caller, server, outcome, attempt, ordinal, pod, next, previous, laneNext, lanePrevious;
  };
  struct Pod {
    int32_t busy = 0, waiting = 0, first = NONE, last = NONE, nextWaiting = NONE, connections = 0;
    double cpu = 0;
  };

  void after(double delay, int32_t kind, int32_t a, int32_t b) {
    queue_.push(now_ + std::floor(delay + 0.5), kind, a, b);
  }

  double link() { return LINK_US * std::exp(SIGMA * normal(delays_)); }

  int32_t allocate() {
    if (free_ == NONE) {
      calls_.emplace_back();
      return static_cast<int32_t>(calls_.size()) - 1;
    }
    const int32_t row = free_;
    free_ = calls_[row].next;
    return row;
  }

  void release(int32_t row) {
    calls_[row].epoch++;
    calls_[row].next = free_;
    free_ = row;
  }

  void arrival(int32_t, int32_t) {
    const int32_t row = allocate();
    Call &call = calls_[row];
    call.started = now_;
    call.attempt = 0;
    call.ordinal = ordinal_++;
    source_.begin(now_);
    service_.begin(now_);
    send(row);
    bookArrival();
  }

  /** The time itself is not rounded, or the rate would be off. */
  void bookArrival() {
    arrivesAt_ += exponential(arrivals_) * 1e6 / rate_;
    queue_.push(std::floor(arrivesAt_ + 0.5), ARRIVAL, 0, 0);
  }

  void send(int32_t row) {
    Call &call = calls_[row];
    call.caller = WAITING;
    service_.counts[ATTEMPTS]++;
    pushTimeout(row);
    const uint32_t count = static_cast<uint32_t>(pods_.size());
    const int32_t first = below(choices_, count);
    int32_t second = below(choices_, count - 1);
    if (second >= first) second++;
    call.pod = pods_[second].connections < pods_[first].connections ? second : first;
    pods_[call.pod].connections++;
    call.server = TRAVELLING;
    after(link(), REACH, row, call.epoch);
  }

  void reach(int32_t row, int32_t epoch) {
    Call &call = calls_[row];
    if (call.epoch != epoch) return;
    Pod &pod = pods_[call.pod];
    if (pod.busy < SLOTS) {
      hold(pod, row);
      pod.busy++;
      serve(row);
    } else if (pod.waiting < QUEUE) {
      hold(pod, row);
      pod.waiting++;
      if (pod.nextWaiting == NONE) pod.nextWaiting = row;
      call.server = QUEUED;
    } else {
      answer(row, OVERLOAD);
    }
  }

  void hold(Pod &pod, int32_t row) {
    calls_[row].previous = pod.last;
    calls_[row].next = NONE;
    if (pod.last == NONE) pod.first = row;
    else calls_[pod.last].next = row;
    pod.last = row;
  }

  void serve(int32_t row) {
    Call &call = calls_[row];
    luck_.seek(call.ordinal, 0, call.attempt);
    const double work = WORK_US * exponential(luck_);
    call.outcome = uniform(luck_) < 1.0 / 128 ? ERROR : OK;
    call.server = SERVING;
    pods_[call.pod].cpu += work;
    nodeCpu_[call.pod % nodeCpu_.size()] += work;
    after(work, SERVED, row, call.epoch);
  }

  void served(int32_t row, int32_t epoch) {
    Call &call = calls_[row];
    if (call.epoch != epoch) return;
    Pod &pod = pods_[call.pod];
    if (call.previous == NONE) pod.first = call.next;
    else calls_[call.previous].next = call.next;
    if (call.next == NONE) pod.last = call.previous;
    else calls_[call.next].previous = call.previous;
    const int32_t waiting = pod.nextWaiting;
    if (waiting == NONE) {
      pod.busy--;
    } else {
      pod.waiting--;
      pod.nextWaiting = calls_[waiting].next;
      serve(waiting);
    }
    answer(row, call.outcome);
  }

  void answer(int32_t row, int32_t outcome) {
    Call &call = calls_[row];
    call.server = ENDED;
    call.outcome = outcome;
    if (call.caller == WAITING) after(link(), ANSWER, row, call.epoch);
    else release(row);
  }

  void answered(int32_t row, int32_t epoch) {
    Call &call = calls_[row];
    if (call.epoch != epoch || call.caller != WAITING) return;
    removeTimeout(row);
    settle(row, call.outcome);
  }

  void settle(int32_t row, int32_t outcome) {
    Call &call = calls_[row];
    pods_[call.pod].connections--;
    service_.counts[ATTEMPT + outcome]++;
    if (outcome != OK && call.attempt < RETRIES) backOff(row);
    else conclude(row, outcome);
  }

  void backOff(int32_t row) {
    int32_t next = row;
    if (calls_[row].server != ENDED) {
      // The server is still busy with this attempt: the call goes on in another row.
      next = allocate();
      calls_[row].caller = GONE;
      calls_[next].started = calls_[row].started;
      calls_[next].ordinal = calls_[row].ordinal;
      calls_[next].attempt = calls_[row].attempt;
    } else {
      calls_[row].epoch++;
    }
    Call &call = calls_[next];
    luck_.seek(call.ordinal, 1, call.attempt);
    const double jitter = 1 + 0.5 * (2 * uniform(luck_) - 1);
    call.caller = BACKING_OFF;
    call.server = ENDED;
    after(std::ldexp(BACKOFF_US, call.attempt++) * jitter, RETRY, next, call.epoch);
  }

  void retry(int32_t row, int32_t epoch) {
    if (calls_[row].epoch == epoch) send(row);
  }

  void conclude(int32_t row, int32_t outcome) {
    Call &call = calls_[row];
    call.caller = GONE;
    source_.end(outcome, call.started, now_);
    service_.end(outcome, call.started, now_);
    if (call.server == ENDED) release(row);
  }

  // Timeouts: one list in the order of pushing, one event armed for its head.

  void pushTimeout(int32_t row) {
    Call &call = calls_[row];
    call.due = now_ + TIMEOUT_US;
    call.lanePrevious = laneLast_;
    call.laneNext = NONE;
    if (laneLast_ == NONE) laneFirst_ = row;
    else calls_[laneLast_].laneNext = row;
    laneLast_ = row;
    if (!armed_) arm(call.due);
  }

  void removeTimeout(int32_t row) {
    Call &call = calls_[row];
    if (call.lanePrevious == NONE) laneFirst_ = call.laneNext;
    else calls_[call.lanePrevious].laneNext = call.laneNext;
    if (call.laneNext == NONE) laneLast_ = call.lanePrevious;
    else calls_[call.laneNext].lanePrevious = call.lanePrevious;
  }

  void arm(double due) {
    armed_ = true;
    queue_.push(due, WAKE, 0, 0);
  }

  void wake(int32_t, int32_t) {
    while (laneFirst_ != NONE) {
      const int32_t row = laneFirst_;
      if (calls_[row].due > now_) return arm(calls_[row].due);
      removeTimeout(row);
      settle(row, TIMEOUT);
    }
    armed_ = false;
  }

  void scrape(int32_t, int32_t again) {
    latencies_.take(source_.interval);
    Histogram().take(service_.interval);
    if (again == 0) return;
    after(1e6, SCRAPE, 0, 1);
  }

  using Handler = void (Simulation::*)(int32_t, int32_t);
  const Handler handlers_[7] = {&Simulation::arrival, &Simulation::reach, &Simulation::served, &Simulation::answered,
                                &Simulation::retry,   &Simulation::wake,  &Simulation::scrape};
  Queue queue_;
  double now_ = 0, arrivesAt_ = 0, rate_;
  int64_t events_ = 0;
  std::vector<Call> calls_;
  int32_t free_ = NONE, ordinal_ = 0, laneFirst_ = NONE, laneLast_ = NONE;
  bool armed_ = false;
  std::vector<Pod> pods_;
  std::vector<double> nodeCpu_;
  Meter source_, service_;
  Histogram latencies_;
  double begun_ = 0, attempts_ = 0;
  Stream arrivals_{1}, choices_{2}, delays_{3};
  CounterRandom luck_{4};
};

template <class Queue> static void contest(int32_t pods, double warmUp, double seconds) {
  Simulation<Queue> simulation(pods);
  simulation.run(warmUp * 1e6);
  simulation.warmUp();
  const clock_t start = std::clock();
  simulation.run(simulation.now() + seconds * 1e6);
  simulation.print(double(std::clock() - start) / CLOCKS_PER_SEC);
}

int main(int, char **argv) {
  const bool heap = std::strcmp(argv[1], "heap") == 0;
  (heap ? contest<Heap> : contest<Ladder>)(std::atoi(argv[2]), std::atof(argv[3]), std::atof(argv[4]));
}
