#pragma once

#include "store/connection.hpp"

/// What finds a title, a customer or an e-mail: `sight_word` names the blocks of eight projects in
/// which a word begins so, `sight_unsorted` those whose words are not in it yet.
namespace oms::store::sql {

/// $1 text, as `sight.found` was made of it
inline constexpr Statement text_lowered{"text_lowered", R"sql(
    SELECT lower(CAST($1 AS text))
)sql"};

/// $1 $2 $3 beginnings of words, or '', $4 highest block, $5 count: where all are
inline constexpr Statement blocks_found{"blocks_found", R"sql(
    SELECT a.block
      FROM sight_word a
     WHERE a.word = $1 AND a.block <= $4
       AND ($2 = '' OR EXISTS (SELECT 1 FROM sight_word b WHERE b.word = $2 AND b.block = a.block))
       AND ($3 = '' OR EXISTS (SELECT 1 FROM sight_word b WHERE b.word = $3 AND b.block = a.block))
     ORDER BY a.block DESC
     LIMIT $5
)sql"};

/// $1 project, $2 key, $3 count, $4 pattern, $5 to $12 blocks. Project by project, and sorted by what
/// no index has: so both engines begin with the blocks, whatever they think of the pattern.
inline constexpr Statement spots_in_blocks{"spots_in_blocks", R"sql(
    SELECT s.project_id, s.subject, s.found
      FROM (VALUES (CAST($5 AS bigint)), (CAST($6 AS bigint)), (CAST($7 AS bigint)),
                   (CAST($8 AS bigint)), (CAST($9 AS bigint)), (CAST($10 AS bigint)),
                   (CAST($11 AS bigint)), (CAST($12 AS bigint))) AS block
     CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5), (6), (7)) AS number
     CROSS JOIN sight s
     WHERE s.project_id = block.column1 * 8 + number.column1
       AND (s.project_id, length(s.subject), s.subject) < ($1, length($2), $2)
       AND s.found LIKE $4 ESCAPE '!'
     ORDER BY +s.project_id DESC, length(s.subject) DESC, s.subject DESC
     LIMIT $3
)sql"};

/// $1 project, $2 key, $3 count, $4 pattern: through all
inline constexpr Statement spots_gone_through{"spots_gone_through", R"sql(
    SELECT project_id, subject, found
      FROM sight
     WHERE project_id <= $1 AND (project_id, length(subject), subject) < ($1, length($2), $2)
       AND found LIKE $4 ESCAPE '!'
     ORDER BY project_id DESC, length(subject) DESC, subject DESC
     LIMIT $3
)sql"};

/// $1 project, $2 key, $3 pattern: of a thousand, which says to PostgreSQL that they are few
inline constexpr Statement spots_unsorted{"spots_unsorted", R"sql(
    SELECT s.project_id, s.subject, s.found
      FROM (SELECT subject FROM sight_unsorted ORDER BY subject LIMIT 1000) AS u
     CROSS JOIN sight s
     WHERE s.subject = u.subject
       AND (s.project_id, length(s.subject), s.subject) < ($1, length($2), $2)
       AND s.found LIKE $3 ESCAPE '!'
)sql"};

/// $1 so many, and one more, are there
inline constexpr Statement unsorted_beyond{"unsorted_beyond", R"sql(
    SELECT subject FROM sight_unsorted LIMIT 1 OFFSET $1
)sql"};

/// $1 count
inline constexpr Statement unsorted_next{"unsorted_next", R"sql(
    SELECT subject FROM sight_unsorted ORDER BY subject LIMIT $1 /*pg FOR UPDATE SKIP LOCKED */
)sql"};

/// $1 subjects, as JSON
inline constexpr Statement sight_texts{"sight_texts", R"sql(
    SELECT project_id, found FROM sight WHERE subject IN (
/*pg -- */ SELECT value FROM json_each($1)
/*pg SELECT json_array_elements_text(CAST($1 AS json)) */
    )
)sql"};

/// $1 words and blocks, as JSON: [[word, block], …]
inline constexpr Statement words_add{"words_add", R"sql(
    INSERT INTO sight_word (word, block)
/*pg -- */ SELECT value ->> 0, value ->> 1 FROM json_each($1) WHERE true
/*pg SELECT r ->> 0, CAST(r ->> 1 AS bigint) FROM json_array_elements(CAST($1 AS json)) AS r */
    ON CONFLICT (word, block) DO NOTHING
)sql"};

/// $1 subjects, as JSON
inline constexpr Statement unsorted_remove{"unsorted_remove", R"sql(
    DELETE FROM sight_unsorted WHERE subject IN (
/*pg -- */ SELECT value FROM json_each($1)
/*pg SELECT json_array_elements_text(CAST($1 AS json)) */
    )
)sql"};

}  // namespace oms::store::sql
