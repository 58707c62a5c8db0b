\restrict a;b
select 1
\g
(2 \i x
);\unrestrict a;\