#pragma once

#include "plan/side_by_side.hpp"
#include "store/connection.hpp"

namespace oms::sync {

/// Keeps what the looks of one turn saw, for people, until it is written down in the transaction
/// that ends the turn. Nothing is read for it. For one thread.
class Onlooker {
public:
    /// A turn on this subject begins: what was seen before is forgotten.
    void begin(const Subject& subject);
    void saw(const plan::Settings& settings, plan::View view);
    /// In shadow mode: what would be done.
    void would(std::vector<std::string> steps) { would_ = std::move(steps); }

    [[nodiscard]] bool saw_anything() const { return view_.has_value(); }
    /// Adds to what was known what was seen, with the links as they are by now. The same again does
    /// no harm.
    void write_down(store::Connection& connection, const plan::Settings& settings, Instant now)
        const;

private:
    Subject subject_ = {};
    std::vector<plan::SideRow> rows_;  ///< of all looks of the turn
    plan::Heading heading_ = {};
    std::optional<plan::View> view_;  ///< as it was last
    std::vector<std::string> would_;
};

}  // namespace oms::sync
