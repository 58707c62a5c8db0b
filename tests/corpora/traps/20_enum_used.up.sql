CREATE TABLE moods (a mood DEFAULT 'happy');
