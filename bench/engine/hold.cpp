// HOLD and M/M/1 on std::priority_queue, with the same events, order of ties and handler table as the others.
// Arguments: model, pending events, warm-up, measured events, file of delays. Prints CPU seconds and the time reached.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <queue>
#include <vector>

struct Event {
  double time;
  uint64_t sequence;
  int32_t kind, a, b;
};

struct Later {
  bool operator()(const Event &left, const Event &right) const {
    return left.time > right.time || (left.time == right.time && left.sequence > right.sequence);
  }
};

using Handler = void (*)(int32_t a, int32_t b);

static std::priority_queue<Event, std::vector<Event>, Later> pending_events;
static std::vector<Handler> handlers;
static std::vector<double> delays;
static double now = 0;
static uint64_t sequence = 0;
static uint32_t draw = 0;
static int64_t left_to_do = 0;
static int64_t present = 0;

static double next_delay() { return delays[draw++ & 0xffff]; }

static void after(double delay, int32_t kind, int32_t a, int32_t b) {
  pending_events.push({now + std::floor(delay + 0.5), sequence++, kind, a, b});
}

// Four handlers, as in the other contestants; the number keeps the compiler from merging them.
template <int number> static void hold(int32_t a, int32_t b) {
  const double delay = next_delay();
  after(delay, (a + draw) & 3, a, b);
  --left_to_do;
}

static void arrive(int32_t, int32_t) {
  after(next_delay(), 0, 0, 0);
  if (present++ == 0) after(0.75 * next_delay(), 1, 0, 0);
}

static void depart(int32_t, int32_t) {
  if (--present > 0) after(0.75 * next_delay(), 1, 0, 0);
  --left_to_do;
}

static void advance(int64_t count) {
  left_to_do = count;
  while (left_to_do > 0 && !pending_events.empty()) {
    const Event event = pending_events.top();
    pending_events.pop();
    now = event.time;
    handlers[event.kind](event.a, event.b);
  }
}

int main(int, char **argv) {
  const bool is_hold = std::strcmp(argv[1], "hold") == 0;
  const int64_t pending = std::atoll(argv[2]);
  const double scale = is_hold ? 100.0 * pending / (1 << 20) : 1;
  FILE *file = std::fopen(argv[5], "r");
  if (file == nullptr) return 1;
  for (double delay; std::fscanf(file, "%lf", &delay) == 1;) delays.push_back(std::floor(delay * scale));
  if (is_hold) {
    handlers = {hold<0>, hold<1>, hold<2>, hold<3>};
    for (int64_t i = 0; i < pending; i++) after(next_delay(), i & 3, i, 0);
  } else {
    handlers = {arrive, depart};
    after(0, 0, 0, 0);
  }
  advance(std::atoll(argv[3]));
  const clock_t start = std::clock();
  advance(std::atoll(argv[4]));
  std::printf("%.6f %.0f\n", double(std::clock() - start) / CLOCKS_PER_SEC, now);
}
