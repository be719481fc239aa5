// The ladder queue of src/engine/ladder.ts in C++: the same places, widths and moves, so that language and algorithm can be told apart.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

struct Event {
  double time;
  uint64_t sequence;
  int32_t kind, a, b;
};

class Ladder {
 public:
  void push(double time, int32_t kind, int32_t a, int32_t b) {
    int32_t slot = free_;
    if (slot < 0) {
      slot = static_cast<int32_t>(events_.size());
      events_.emplace_back();
    } else {
      free_ = events_[slot].next;
    }
    Node &node = events_[slot];
    node.time = time;
    node.kind = kind;
    node.a = a;
    node.b = b;
    if (time < floor_) insert(time, slot);
    else if (time < ceiling_) enter(time, slot);
    else enterOuter(time, slot);
  }

  /** Takes the earliest event if its time is at most `until`. */
  bool take(double until, Event &event) {
    int32_t slot;
    for (;;) {
      if (head_ < tail_) {
        if (bottom_[head_].time > until) return false;
        slot = bottom_[head_++].slot;
        break;
      }
      while (word_ < endWord_ && filled_[word_] == 0) word_++;
      if (word_ >= endWord_) {
        if (!leaveRung()) return false;
        continue;
      }
      const uint32_t bits = filled_[word_];
      const int32_t bit = __builtin_clz(bits);
      const int32_t bucket = (word_ << 5) | bit;
      slot = buckets_[bucket];
      if (events_[slot].next < 0) {
        if (events_[slot].time > until) return waitAt(bucket);
        filled_[word_] = bits ^ (0x80000000u >> bit);
        buckets_[bucket] = NONE;
        break;
      }
      if (start_ + (bucket - offset_) / scale_ > until) return waitAt(bucket);
      openBucket(bucket);
    }
    Node &node = events_[slot];
    event.time = node.time;
    event.kind = node.kind;
    event.a = node.a;
    event.b = node.b;
    node.next = free_;
    free_ = slot;
    return true;
  }

 private:
  static constexpr int32_t NONE = -1, SORTED = 48, FEW = 16, COVERAGE = 8;
  static constexpr double OCCUPANCY = 0.25, NEVER = std::numeric_limits<double>::infinity();
  struct Node {
    double time;
    int32_t next, kind, a, b;
  };
  struct Entry {
    double time;
    int32_t slot;
  };
  struct Rung {
    double floor, start, scale;
    int32_t offset, length, word, endWord;
  };

  bool waitAt(int32_t bucket) {
    floor_ = start_ + (bucket - offset_) / scale_;
    return false;
  }

  void put(int32_t bucket, int32_t slot) {
    events_[slot].next = buckets_[bucket];
    buckets_[bucket] = slot;
    filled_[bucket >> 5] |= 0x80000000u >> (bucket & 31);
  }

  void enter(double time, int32_t slot) {
    const double position = (time - start_) * scale_;
    put(offset_ + (position < length_ ? static_cast<int32_t>(position) : length_ - 1), slot);
  }

  void enterOuter(double time, int32_t slot) {
    if (time >= topStart_) {
      top_.push_back({time, slot});
      return;
    }
    const Rung *rung = outer_.data();
    while (time < rung->floor) rung++;
    const double position = (time - rung->start) * rung->scale;
    put(rung->offset + (position < rung->length ? static_cast<int32_t>(position) : rung->length - 1), slot);
  }

  void insert(double time, int32_t slot) {
    if (tail_ - head_ > FEW) {
      const double last = bottom_[tail_ - 1].time;
      if (topStart_ == NEVER) floor_ = ceiling_ = topStart_ = std::max(last, time) + 1;
      if (tail_ - head_ > SORTED && bottom_[tail_ - SORTED].time > time) {
        const int32_t from = head_, to = tail_;
        head_ = tail_ = 0;
        spread(from, to, std::min(time, bottom_[from].time), last);
        enter(time, slot);
        return;
      }
    }
    if (tail_ == static_cast<int32_t>(bottom_.size())) {
      if (2 * head_ < tail_) {
        bottom_.resize(2 * bottom_.size());
      } else {
        std::copy(bottom_.begin() + head_, bottom_.begin() + tail_, bottom_.begin());
        tail_ -= head_;
        head_ = 0;
      }
    }
    int32_t at = tail_++;
    for (; at > head_ && bottom_[at - 1].time > time; at--) bottom_[at] = bottom_[at - 1];
    bottom_[at] = {time, slot};
  }

  bool leaveRung() {
    if (rungs_ > 0) popRung();
    if (rungs_ > 0) return true;
    if (top_.empty()) return false;
    openTop();
    return true;
  }

  void openTop() {
    const int32_t count = static_cast<int32_t>(top_.size());
    if (count <= FEW) {
      std::copy(top_.begin(), top_.end(), bottom_.begin());
      top_.clear();
      sortBottom(count);
      topStart_ = floor_ = ceiling_ = NEVER;
      return;
    }
    double low = top_[0].time, high = low, sum = 0;
    for (const Entry &entry : top_) {
      low = std::min(low, entry.time);
      high = std::max(high, entry.time);
      sum += entry.time;
    }
    pushRung(count, low, high, sum / count);
    ceiling_ = topStart_ = low + length_ / scale_;
    size_t left = 0;
    for (const Entry entry : top_) {
      if (entry.time < topStart_) enter(entry.time, entry.slot);
      else top_[left++] = entry;
    }
    top_.resize(left);
  }

  void openBucket(int32_t bucket) {
    const int32_t next = bucket - offset_ + 1;
    int32_t slot = buckets_[bucket];
    filled_[bucket >> 5] ^= 0x80000000u >> (bucket & 31);
    buckets_[bucket] = NONE;
    if (next == length_) popRung();
    else floor_ = start_ + next / scale_;
    int32_t count = 0;
    for (; slot >= 0; slot = events_[slot].next) {
      if (count == static_cast<int32_t>(bottom_.size())) bottom_.resize(2 * bottom_.size());
      bottom_[count++] = {events_[slot].time, slot};
    }
    std::reverse(bottom_.begin(), bottom_.begin() + count);
    if (count <= SORTED) {
      sortBottom(count);
      return;
    }
    double low = bottom_[0].time, high = low;
    for (int32_t i = 1; i < count; i++) {
      low = std::min(low, bottom_[i].time);
      high = std::max(high, bottom_[i].time);
    }
    head_ = 0;
    if (low == high) tail_ = count;
    else spread(0, count, low, high);
  }

  void sortBottom(int32_t count) {
    for (int32_t i = 1; i < count; i++) {
      const Entry entry = bottom_[i];
      int32_t at = i;
      for (; at > 0 && bottom_[at - 1].time > entry.time; at--) bottom_[at] = bottom_[at - 1];
      bottom_[at] = entry;
    }
    head_ = 0;
    tail_ = count;
  }

  void spread(int32_t from, int32_t to, double low, double high) {
    double sum = 0;
    for (int32_t i = from; i < to; i++) sum += bottom_[i].time;
    pushRung(to - from, low, high, sum / (to - from));
    for (int32_t i = from; i < to; i++) enter(bottom_[i].time, bottom_[i].slot);
    head_ = tail_ = 0;
  }

  void pushRung(int32_t count, double low, double high, double mean) {
    double width = 1;
    while (width * count < OCCUPANCY * (mean - low)) width *= 2;
    const double scale = 1 / width;
    const int32_t length =
        static_cast<int32_t>(std::min(std::floor((high - low) * scale) + 1, double(COVERAGE) * count));
    int32_t offset = 0;
    if (rungs_ > 0) {
      outer_.resize(rungs_);
      outer_[rungs_ - 1] = {floor_, start_, scale_, offset_, length_, word_, endWord_};
      ceiling_ = floor_;
      offset = endWord_ << 5;
    }
    rungs_++;
    const int32_t end = offset + length;
    if (end > static_cast<int32_t>(buckets_.size())) {
      size_t size = std::max<size_t>(64, buckets_.size());
      while (size < static_cast<size_t>(end)) size *= 2;
      buckets_.resize(size, NONE);
      filled_.resize(size / 32, 0);
    }
    floor_ = start_ = low;
    scale_ = scale;
    offset_ = offset;
    length_ = length;
    word_ = offset >> 5;
    endWord_ = (end + 31) >> 5;
    std::fill(buckets_.begin() + offset, buckets_.begin() + end, NONE);
    std::fill(filled_.begin() + word_, filled_.begin() + endWord_, 0);
  }

  void popRung() {
    if (--rungs_ == 0) {
      floor_ = ceiling_ = topStart_;
      word_ = endWord_ = 0;
      return;
    }
    const Rung &rung = outer_[rungs_ - 1];
    floor_ = rung.floor;
    start_ = rung.start;
    scale_ = rung.scale;
    offset_ = rung.offset;
    length_ = rung.length;
    word_ = rung.word;
    endWord_ = rung.endWord;
    ceiling_ = rungs_ == 1 ? topStart_ : outer_[rungs_ - 2].floor;
  }

  std::vector<Node> events_;
  int32_t free_ = NONE;
  std::vector<Entry> top_;
  std::vector<int32_t> buckets_;
  std::vector<uint32_t> filled_;
  std::vector<Rung> outer_;
  std::vector<Entry> bottom_ = std::vector<Entry>(2 * SORTED);
  double topStart_ = NEVER, floor_ = NEVER, ceiling_ = NEVER, start_ = 0, scale_ = 1;
  int32_t offset_ = 0, length_ = 0, word_ = 0, endWord_ = 0, rungs_ = 0, head_ = 0, tail_ = 0;
};
