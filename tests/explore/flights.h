#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "tests/explore/scenario.h"
#include "tests/explore/world.h"

// Sessions, one move at a time. What a move does to a session follows from the session so far and
// the relay's storage alone; so what was worked out once is kept.
namespace kluis::test {

struct Exchange {
  std::shared_ptr<const Request> request;
  std::shared_ptr<const Response> response;
  bool genuine = true;  // it is the relay's own storage that answered
};

struct Effect {
  DeviceImagePtr device;  // nullptr: as it was
  FlightPtr flight;       // nullptr: the session is over
  RelayImagePtr relay;
  std::vector<Exchange> exchanges;
  std::optional<Error> ended;
  bool too_long = false;  // it asks without end
};

class Flights {
 public:
  // The setting and the scenario outlive this.
  Flights(const Setting& setting, const Scenario& scenario)
      : setting_(setting), scenario_(scenario) {}

  struct How {
    Grain grain = Grain::write;
    std::size_t failing_write = 0;  // the device crashes at this write; 0: it does not
  };

  // Opens a session; its first request is not sent yet. Without a flight: there is nothing to say.
  [[nodiscard]] Effect begin(std::size_t device, const DeviceImagePtr& image,
                             const RelayImagePtr& relay, unsigned branch);
  // nullopt: the write that was to fail is not made.
  [[nodiscard]] std::optional<Effect> step(const FlightPtr& flight, const RelayImagePtr& relay,
                                           const How& how);
  [[nodiscard]] Effect lose_answer(const FlightPtr& flight, const RelayImagePtr& relay);
  // nullopt: the lie says nothing.
  [[nodiscard]] std::optional<Effect> lie(const FlightPtr& flight, const RelayImagePtr& relay,
                                          const std::vector<RelayImagePtr>& copies, Lie kind,
                                          std::size_t index);

 private:
  class Run;

  const Setting& setting_;
  const Scenario& scenario_;
  std::map<Fingerprint, std::optional<Effect>> known_;
};

}  // namespace kluis::test
