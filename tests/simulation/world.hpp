#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/disk.hpp"
#include "tests/simulation/people.hpp"
#include "tests/simulation/process.hpp"
#include "tests/simulation/sides.hpp"

namespace oms::simulation {

class World;

/// One thing that somebody does.
struct Act {
    /// What it was, in words. "" where it cannot be done yet: it is tried again a little later.
    std::function<std::string(World&)> run;
    bool cost_counts = true;  ///< what it leads to is held to the bound of calls per change
};

/// A golden story: acts in their order, each followed by quiet.
struct GoldenStory {
    std::string name = {};
    std::vector<Act> acts = {};
};

/// What a run of one seed, or of one golden story, came to.
struct Verdict {
    std::vector<std::string> violations = {};
    std::uint64_t trace = 0;  ///< a hash of everything that happened, in order
    int calls = 0;            ///< before the weather clears, as the three below
    int commits = 0;
    int kills = 0;
    int restores = 0;
    int power_failures = 0;
    int changes = 0;
    std::array<std::uint64_t, fates_count> struck = {};  ///< by Fate
    std::string weather = {};
    std::vector<std::string> story = {};  ///< only where it was asked for
};

struct RunOptions {
    std::uint64_t seed = 1;
    int acts = 25;
    sim::JiraProfile jira = {};  ///< the generation of Jira that all is played with
    bool calm = false;           ///< no weather but the planned fate
    /// A PostgreSQL database in place of SQLite; what is in its schema public goes.
    std::string postgres = {};
    /// Runs in shadow mode first, then for real, and now and then the other way round.
    bool shadow = false;
    bool on_disk = false;  ///< on the simulated disk also where the weather does not need it
    bool keep_story = false;
    Network::Plan plan = {};
    const GoldenStory* golden = nullptr;  ///< in place of people's chance
};

/// The remotes, the people, the machine and its disk: what outlives the adapter's processes.
class World {
public:
    explicit World(const RunOptions& options);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// Plays the whole story; a database that does not open again is a violation, too.
    Verdict run();

    // What golden stories do beside people's acts.
    People& people() { return people_; }
    [[nodiscard]] store::Database& database() { return *real_database_; }
    [[nodiscard]] SimClock& clock() { return clock_; }
    /// Ends the process as SIGTERM does and starts one with other settings.
    void restart(const std::map<std::string, std::string>& settings);
    void back_up();
    /// Puts the last backup in place of the database; without one, an empty database.
    void restore();
    /// False where it could not be begun.
    bool sweep();
    /// While true, Jira's webhooks and the marketplace's triggers are lost.
    void lose_hints(bool lost);
    void begin_bursts();
    /// Jira's search shows what is changed so much later.
    void lag_index(Duration lag) { jira_.lag_index(lag); }
    /// So much time passes.
    void wait(Duration time);
    /// While the adapter's next write is under way, this is done, and its hints arrive.
    void during_next_write(const std::function<std::string()>& act);
    /// Both sides agree now, by hints alone; of a story with which nothing goes wrong.
    void agree_at_once();
    /// What stands on both sides now.
    [[nodiscard]] Sides sides();

private:
    struct Cost {
        int writes = 0;
        int market_reads = 0;
        int jira_reads = 0;
    };

    /// Safety while anything may fail, then liveness in calm weather, then the checkers.
    void play();
    void safety();
    void change_mode();
    void check_kept(std::vector<std::string>& found);
    void golden();
    void play(const Act& act, std::size_t number);
    void check_cost(const std::string& words, int changes);
    void live();
    void agree_without_sweep();
    void second_sweep();
    void check();
    void look_into(
        const std::string& checker,
        const std::function<void(std::vector<std::string>&)>& check_it
    );
    void check_silence_everywhere(std::vector<std::string>& found);

    void prepare_remotes();
    void start();
    void stop();
    /// Runs `what`; a kill in it ends the process, and a new one is started a little later.
    void survive(const std::function<void()>& what);
    void revive();
    void open_database();
    /// One thing that is due happens; where nothing is, the time goes on, but not past `until`.
    bool step(Instant until);
    bool run_a_turn();
    void deliver();
    void receive(const http::Request& request);
    void trigger(const http::Request& request);
    void people_act();
    void meanwhile();
    void observe(const Carried& carried);
    void weather_strikes();
    void forge();
    void skew();
    void set_clock(Duration by);
    [[nodiscard]] Instant next_event(Instant until);
    bool is_quiet();
    void tell(const std::string& line);
    /// `checker` is what kept watch: its name goes before what it says.
    void violate(const std::string& checker, const std::string& says) {
        verdict_.violations.push_back(checker + ": " + says);
    }

    RunOptions options_;
    SeededRandom random_;
    SimClock clock_;
    TrueClock true_clock_{clock_};
    sim::Marketplace market_{true_clock_, random_};
    sim::Jira jira_;
    Network network_{clock_, random_, market_, jira_};
    People people_{random_, market_, jira_};
    std::unique_ptr<Disk> disk_;  ///< none: the database is in memory
    std::unique_ptr<store::Database> real_database_;
    std::unique_ptr<SeamDatabase> database_;
    std::optional<Disk::Image> backup_;
    std::map<std::string, std::string> overrides_;
    app::Settings settings_;
    std::vector<std::string> log_lines_;
    Log log_;
    std::unique_ptr<Process> process_;
    Verdict verdict_;
    Instant captcha_until_ = {};
    bool hints_lost_ = false;
    bool clock_steady_ = true;
    bool no_sweep_ = false;  ///< this seed proves that hints and polls alone suffice
    int acts_left_ = 0;
    int depth_ = 0;
    std::uint64_t writes_ = 0;
    Cost cost_;
    bool made_nothing_yet_ = true;  ///< of this process: no issue
};

/// ` --jira cloud`, as it is given again; "" of the one that is taken anyhow.
std::string profile_option(const sim::JiraProfile& profile);

/// Plays one seed or story.
Verdict run_seed(const RunOptions& options);

}  // namespace oms::simulation
