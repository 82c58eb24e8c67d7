#pragma once

#include "jira/site.hpp"

namespace oms::test {

/// A Jira of which it is known already what it is: nobody asks.
struct KnownJira {
    KnownJira(
        Clock& clock,
        const std::string& version,
        int major,
        const std::string& deployment = "Server"
    )
        : site{clock} {
        site.learn({.deployment = deployment, .version = version, .major = major});
    }
    jira::Site site;
};

}  // namespace oms::test
