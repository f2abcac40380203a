{
  "key": "E_wjUrfb2_oUXgZAx6LbDL2Ls6tJQifJ9A5lJ3EVwGc",
  "signature": "pfWZvnHBqetFgye2fsBX1DatSY0rTtHN9rd-qQkzjlO5ZD--q7bCEz_Xh-Kcv2Oc_UVT5aCWS0riPLkP7jjKBQ"
}
